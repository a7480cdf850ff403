// Calls by openapi-generator's typescript-fetch clients.

import { baseUrl as basePath, claim, demo, origin, run } from "./demo";
import * as constants from "./generated/typescript-fetch/constants";
import * as countryList from "./generated/typescript-fetch/country_list";
import * as data from "./generated/typescript-fetch/data";
import * as tenantCountries from "./generated/typescript-fetch/tenant_countries";

async function callConstants(): Promise<void> {
  const api = new constants.CountriesApi(new constants.Configuration({ basePath }));
  const headers = { xClientHash: "demo", xLOCALE: "en-US", userAgent: "demo", acceptLanguage: "es" };
  const { data: rows } = await api.listCountries(headers);
  claim(rows.find((row) => row.code === "DE")?.label === "Alemania", "Germany in Spanish");
}

async function callCountryList(): Promise<void> {
  const { data: token } = await new countryList.TokensApi(new countryList.Configuration({ basePath })).issueToken({
    grantType: "client_credentials",
    clientId: demo.client_id,
    clientSecret: demo.client_secret,
  });
  const api = new countryList.CountriesApi(new countryList.Configuration({ basePath, accessToken: token.accessToken }));
  const found = await api.listCountries({ country: "香港" });
  claim(found.data.countries[0].code === "HK", "Hong Kong by its name");
}

async function callData(): Promise<void> {
  const settings = { basePath, accessToken: demo.private_key, apiKey: demo.public_key };
  const countries = await new data.CountriesApi(new data.Configuration(settings)).listCountries();
  claim(countries.find((row) => row.isoAlpha2 === "FR")?.isSubdivisionOf === null, "France is of no other country");
  const forms = new data.WidgetsApi(new data.Configuration(settings));
  const shown = await forms.listSubdivisionsOfWidget({ country: "FR", origin });
  claim(shown.some((row) => row.parentId !== null), "departments have regions");
  const validation = new data.ValidationApi(new data.Configuration(settings));
  const city = await validation.validateCity({ cityQuestion: { city: "Paris", country: "FR" } });
  claim(city.valid && city.cityId === 2988507, "Paris by its number");
  const wrong = await validation.validateCountry({ countryQuestion: { code: "XX" } }).catch((error: unknown) => error);
  claim(wrong instanceof data.ResponseError && wrong.response.status === 422, "no such code");
}

async function callTenantCountries(): Promise<void> {
  const settings = new tenantCountries.Configuration({ basePath, accessToken: demo.private_key });
  const asked = { tenant: demo.tenant, xVersion: "v2" as const };
  const countries = new tenantCountries.CountriesApi(settings);
  const list = await countries.listCountries({ ...asked, code: "PL,DE", sort: "code" });
  claim(list.map((row) => row.code).join() === "DE,PL" && list[0].metadata.version > 0, "two countries");
  await countries.switchCountry({ ...asked, countryCode: "PL", change: { active: true } });
  const names = await countries.getNames({ ...asked, countryCode: "PL" });
  claim(Object.keys(names).length === 0, "no names of the tenant's own");
  const setting = await new tenantCountries.ConfigurationApi(settings).getConfiguration({ tenant: demo.tenant, key: "project_lang" });
  claim(setting.version === 1, "the configuration");
}

run([callConstants, callCountryList, callData, callTenantCountries]);
