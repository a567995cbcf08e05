// Grafana's own types, as a JSON Schema, against a dashboard; and its queries against Prometheus' grammar.
//
//   node dashboard_schema.cjs NODE_MODULES SCHEMA DASHBOARD     prints what is wrong; 1 when anything is
//
// check_dashboard.py installs the modules, makes the schema and calls this.

const fs = require("fs");
const path = require("path");

const [modules, schemaFile, dashboardFile] = process.argv.slice(2);
const load = (name) => require(require.resolve(name, { paths: [path.dirname(path.resolve(modules))] }));
const Ajv = load("ajv");
const { parser } = load("@prometheus-io/lezer-promql");

const schema = JSON.parse(fs.readFileSync(schemaFile, "utf8"));
const dashboard = JSON.parse(fs.readFileSync(dashboardFile, "utf8"));
const problems = [];

const validate = new (Ajv.default ?? Ajv)({ allErrors: true, strict: false }).compile(schema);

// A panel may be a row as well, so one error appears once for each; the shortest list of them is the telling one.
function check(what, where) {
  if (validate(what)) return;
  for (const error of validate.errors) {
    problems.push(`${where}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
  }
}

check(dashboard, "");

// The schema must be able to refuse: otherwise it says nothing.
for (const wrong of [{ title: 5 }, { panels: [{ type: "stat", title: 5 }] }, { refresh: 30 }]) {
  if (validate({ ...dashboard, ...wrong })) problems.push(`the schema lets ${JSON.stringify(wrong)} pass`);
}

function syntaxErrors(expression) {
  const filledIn = expression.replace(/\$__\w+/g, "5m").replace(/\$\w+/g, "x");
  let wrong = false;
  parser.parse(filledIn).iterate({ enter(node) { if (node.type.isError) wrong = true; } });
  return wrong;
}

let queries = 0;
for (const panel of dashboard.panels) {
  for (const target of panel.targets ?? []) {
    queries += 1;
    if (syntaxErrors(target.expr)) problems.push(`panel ${panel.title}: not PromQL: ${target.expr}`);
  }
}
if (!syntaxErrors("sum by (")) problems.push("the grammar lets everything pass");

for (const each of problems.slice(0, 20)) console.log(`PROBLEM ${each}`);
console.log(problems.length ? `${problems.length} problems` : `${queries} queries and the dashboard agree with Grafana's types`);
process.exit(problems.length ? 1 : 0);
