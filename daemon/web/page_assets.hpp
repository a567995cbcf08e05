#pragma once

#include <string_view>

// The page at "/". No script, no inline style: what its Content-Security-Policy allows is one style sheet of
// our own.

namespace trunkwarden {

inline constexpr std::string_view landing_page = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>trunkwarden</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>trunkwarden</h1>
<p>Guards Telnyx accounts against takeover and toll fraud.</p>
<ul>
<li><a href="/metrics">Metrics</a>: for Prometheus</li>
<li><a href="/-/healthy">Health</a>: whether the daemon runs</li>
<li><a href="/-/ready">Readiness</a>: whether every account has been read completely once</li>
<li><a href="/api/v1/status">Status</a>, <a href="/api/v1/findings">findings</a>,
<a href="/api/v1/coverage">coverage</a>, <a href="/api/v1/actions">actions</a>: as JSON</li>
</ul>
</main>
</body>
</html>
)html";

inline constexpr std::string_view style_sheet = R"css(:root {
    color-scheme: light dark;
    --text: #1b1f24;
    --background: #ffffff;
    --link: #0550ae;
}
@media (prefers-color-scheme: dark) {
    :root {
        --text: #e6edf3;
        --background: #0d1117;
        --link: #79c0ff;
    }
}
body {
    margin: 0;
    font: 1rem/1.5 system-ui, sans-serif;
    color: var(--text);
    background: var(--background);
}
main {
    max-width: 42rem;
    margin: 3rem auto;
    padding: 0 1rem;
}
a {
    color: var(--link);
}
)css";

}  // namespace trunkwarden
