// Read pairs of a schema's name and a record from the standard input, one JSON array on each line;
// print for each whether Ajv finds the record valid. The argument is the folder of the schemas.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Ajv2020 } from "ajv/dist/2020.js";

const ajv = new Ajv2020({ strict: true, allowUnionTypes: false });
const validators = new Map();
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const [name, record] = JSON.parse(line);
  if (!validators.has(name)) {
    const path = join(process.argv[2], `${name}.schema.json`);
    validators.set(name, ajv.compile(JSON.parse(readFileSync(path, "utf-8"))));
  }
  console.log(validators.get(name)(record));
}
