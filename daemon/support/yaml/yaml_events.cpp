#include "support/yaml/yaml_events.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <string>

#include "support/yaml/yaml_errors.hpp"
#include "support/yaml/yaml_strict_handler.hpp"
#include "support/yaml/yaml_text.hpp"

namespace trunkwarden {

namespace {

// Reads what is in memory already; std::istringstream would copy it.
class text_buffer final : public std::streambuf {
public:
    explicit text_buffer(std::string_view text)
    {
        auto* begin = const_cast<char*>(text.data());  // setg wants it; a get area is never written to
        setg(begin, begin, begin + text.size());
    }
};

// yaml-cpp treats the end of the file as the closing quote: a file that was cut off would pass.
bool is_cut_off(std::string_view text, text_mark last_scalar)
{
    const auto quote = text.substr(std::min<std::size_t>(last_scalar.offset, text.size()), 1);
    if (quote != "\"" && quote != "'")
        return false;
    bool open = true;
    for (auto at = last_scalar.offset + std::size_t{1}; at < text.size(); ++at) {
        if (open && quote == "\"" && text[at] == '\\')
            ++at;
        else if (text[at] == quote[0])
            open = !open;  // '' inside single quotes closes and opens again
        else if (!open)
            return false;
    }
    return open;
}

std::string sentence_for(const YAML::Exception& error, std::string_view text)
{
    const auto offset = std::min<std::size_t>(detail::mark_of(error.mark).offset, text.size());
    const auto line = text.substr(text.substr(0, offset).rfind('\n') + 1);
    const auto indentation = line.substr(0, line.find_first_not_of(" \t"));
    if (indentation.find('\t') != std::string_view::npos)
        return "indented with a tab; YAML wants spaces";
    auto sentence = yaml_sentence(error.msg);
    if (const auto found = find_lookalike(line.substr(0, line.find('\n'))))
        sentence += ". In this line, " + found->message;
    return sentence;
}

}  // namespace

yaml_outcome read_yaml(std::string_view text, yaml_consumer& to, problem_list& problems)
{
    text = without_byte_order_mark(text);
    if (text.size() > max_yaml_bytes) {
        problems.add({1, 0}, "the file is larger than 64 MiB");
        return yaml_outcome::broken;
    }
    auto fault = fault_of_encoding(text);
    if (!fault)
        fault = fault_of_brackets(text);
    if (fault) {
        problems.add(fault->at, std::move(fault->message));
        return yaml_outcome::broken;
    }
    text_buffer buffer(text);
    std::istream stream(&buffer);
    detail::strict_handler handler(to, problems);
    try {
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(handler))
            return yaml_outcome::empty;
        parser.HandleNextDocument(handler);  // there must be none: the handler refuses it
    } catch (const detail::stop_reading&) {
        return yaml_outcome::broken;
    } catch (const YAML::Exception& error) {
        problems.add(detail::mark_of(error.mark), sentence_for(error, text));
        return yaml_outcome::broken;
    }
    if (!is_cut_off(text, handler.last_scalar()))
        return yaml_outcome::read;
    problems.add(handler.last_scalar(), "this quoted text is not closed");
    return yaml_outcome::broken;
}

}  // namespace trunkwarden
