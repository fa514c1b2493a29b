// The registers of the contract as the plain pages read them: fields, filters and forms of each list that has records.
// Run by `npm run api`, after the types.
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

const contract = parse(readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8"));
const schemas = contract.components.schemas;

const resolved = (schema) =>
  schema?.$ref ? resolved(schemas[schema.$ref.split("/").pop()]) : schema?.anyOf ? optional(schema) : schema;
const optional = (schema) => resolved(schema.anyOf.find((one) => one.type !== "null"));
const properties = (schema) => resolved(schema)?.properties ?? {};

function kindOf(schema) {
  const of = resolved(schema) ?? {};
  if (of.enum) return { kind: "choice", options: of.enum.map(String) };
  if (of.format === "uuid") return { kind: "record" };
  if (of.format === "date-time") return { kind: "time" };
  if (of.format === "date") return { kind: "day" };
  if (of.format === "decimal" || String(of.pattern).includes("\\.\\d{2}")) return { kind: "money" };
  if (of.type === "boolean") return { kind: "yes_no" };
  if (of.type === "integer" || of.type === "number") return { kind: "number" };
  if (Array.isArray(of.type)) return kindOf({ ...of, type: of.type.find((type) => type !== "null") });
  if (of.type === "array") {
    const item = resolved(of.items);
    return item?.properties ? { kind: "rows", fields: formOf(item) } : { kind: "words" };
  }
  if (of.type === "object" || of.properties) return { kind: "object" };
  return { kind: of.maxLength > 300 ? "prose" : "text" };
}

function formOf(schema) {
  const required = new Set(resolved(schema).required ?? []);
  return Object.entries(properties(schema)).map(([name, of]) => ({
    name,
    required: required.has(name),
    ...kindOf(of),
  }));
}

const body = (operation) => operation?.requestBody?.content?.["application/json"]?.schema;
const registers = {};
for (const [path, { get, post }] of Object.entries(contract.paths)) {
  const one = contract.paths[`${path}/{record_id}`];
  if (!get?.operationId.startsWith("list_") || !one?.get) continue;
  const resource = get["x-duty"].split(".")[0];
  const row = properties(resolved(get.responses["200"].content["application/json"].schema).properties.items.items);
  const verbs = {};
  for (const [other, operations] of Object.entries(contract.paths)) {
    const verb = other.startsWith(`${path}/{record_id}/`) ? other.slice(`${path}/{record_id}/`.length) : "";
    const asked = body(operations.post);
    if (asked && verb && !verb.includes("/")) verbs[verb.replaceAll("-", "_")] = formOf(asked);
  }
  registers[resource] = {
    at: path,
    fields: Object.entries(row)
      .filter(([name]) => !["id", "version", "actions"].includes(name))
      .map(([name, schema]) => ({ name, kind: kindOf(schema).kind })),
    filters: (get.parameters ?? []).map(({ name }) => name).filter(Boolean),
    search: (get.parameters ?? []).some(({ name, $ref }) => name === "q" || $ref?.endsWith("/q")),
    history: Boolean(contract.paths[`${path}/{record_id}/history`]),
    create: body(post) && post["x-duty"] ? formOf(body(post)) : null,
    change: body(one.patch) ? formOf(body(one.patch)) : null,
    verbs,
  };
}
const target = new URL("../src/features/registers/registers.gen.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(registers)}\n`);
