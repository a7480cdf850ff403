// Calls by the clients of @hey-api/openapi-ts.

import { baseUrl, claim, demo, origin, run } from "./demo";
import * as constants from "./generated/hey-api/constants";
import { client as constantsClient } from "./generated/hey-api/constants/client.gen";
import * as countryList from "./generated/hey-api/country_list";
import { client as countryListClient } from "./generated/hey-api/country_list/client.gen";
import * as data from "./generated/hey-api/data";
import { client as dataClient } from "./generated/hey-api/data/client.gen";
import * as tenantCountries from "./generated/hey-api/tenant_countries";
import { client as tenantCountriesClient } from "./generated/hey-api/tenant_countries/client.gen";

const secret = { client_id: demo.client_id, client_secret: demo.client_secret };

async function callConstants(): Promise<void> {
  constantsClient.setConfig({ baseUrl });
  const headers = { "X-Client-Hash": "demo", "X-LOCALE": "en-US", "User-Agent": "demo", "Accept-Language": "ja" };
  const all = await constants.listCountries({ headers });
  claim(all.data?.data.find((row) => row.alpha3Code === "FRA")?.label === "フランス", "France in Japanese");
  const own = await constants.listCountries({ headers: { ...headers, "X-Workspace-Id": demo.workspace_id } });
  claim((own.data?.data.length ?? 0) > 200, "the countries of a workspace");
}

async function callCountryList(): Promise<void> {
  countryListClient.setConfig({ baseUrl });
  const token = await countryList.issueToken({ body: { grant_type: "client_credentials", ...secret } });
  countryListClient.setConfig({ baseUrl, auth: token.data?.data.access_token });
  const found = await countryList.listCountries({ query: { country: "Ivory Coast" } });
  claim(found.data?.data.countries[0].code === "CI", "a country by its name");
  const refused = await countryList.listCountries({ query: { country: "" } });
  claim(refused.response?.status === 400, "no name");
}

async function callData(): Promise<void> {
  dataClient.setConfig({ baseUrl, auth: (asked) => (asked.type === "apiKey" ? demo.public_key : demo.private_key) });
  const countries = await data.listCountries({ headers: { "Accept-Language": "de" } });
  claim(countries.data?.find((row) => row.iso_alpha_2 === "DE")?.name === "Deutschland", "Germany in German");
  const forms = await data.listCountriesOfWidget({ headers: { Origin: origin } });
  claim(forms.data?.every((row) => typeof row.preselected === "boolean") === true, "the countries for a form");
  const states = await data.listSubdivisions({ path: { country: "EG" }, query: { prefer_official: "1" } });
  claim((states.data?.length ?? 0) > 20, "governorates of Egypt");
  const nowhere = await data.listSubdivisions({ path: { country: "ZZ" } });
  claim(nowhere.response?.status === 404, "no such country");
  const city = await data.validateCity({ body: { city: "Sacramnto", country: "US", suggest: true } });
  claim(city.response?.status === 422, "no such city");
}

async function callTenantCountries(): Promise<void> {
  tenantCountriesClient.setConfig({ baseUrl });
  const token = await tenantCountries.issueToken({ body: { grant_type: "client_credentials", ...secret } });
  tenantCountriesClient.setConfig({ baseUrl, auth: token.data?.access_token ?? demo.private_key });
  const headers = { "X-Version": "v2" as const };
  const path = { tenant: demo.tenant };
  const list = await tenantCountries.listCountries({ path, headers: { ...headers, "X-Total-Count": "true" }, query: { regions: "Europe" } });
  claim(Number(list.response?.headers.get("X-Total-Count")) > 40, "countries of Europe");
  const poland = await tenantCountries.getCountry({ path: { ...path, countryCode: "pl" }, headers: { ...headers, "Accept-Language": "*" } });
  claim(poland.data?.name.de === "Polen", "Poland in every language of the tenant");
  const regions = await tenantCountries.listRegions({ path });
  claim(regions.data?.some((row) => row.code === "Europe") === true, "regions");
  const foreign = await tenantCountries.getRegion({ path: { tenant: "another", regionCode: "Europe" } });
  claim(foreign.response?.status === 403, "another tenant");
}

run([callConstants, callCountryList, callData, callTenantCountries]);
