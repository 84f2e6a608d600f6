// Schemas, policies, codes and factor sets of the Python package, written into tables.json by ../tables.py.
import data from "./tables.json" with { type: "json" };

export const tables = data;
