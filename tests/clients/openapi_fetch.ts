// Calls by openapi-fetch, typed by openapi-typescript.

import createClient from "openapi-fetch";
import { baseUrl, claim, demo, origin, run } from "./demo";
import type { paths as Constants } from "./generated/openapi-typescript/constants";
import type { paths as CountryList } from "./generated/openapi-typescript/country_list";
import type { paths as Data } from "./generated/openapi-typescript/data";
import type { paths as TenantCountries } from "./generated/openapi-typescript/tenant_countries";

const bearer = { Authorization: `Bearer ${demo.private_key}` };

async function constants(): Promise<void> {
  const { GET } = createClient<Constants>({ baseUrl });
  const header = { "X-Client-Hash": "demo", "X-LOCALE": "en-US", "User-Agent": "demo", "Accept-Language": "fr" };
  const { data } = await GET("/web/v1/system/constants/countries", { params: { header } });
  claim(data?.data.find((row) => row.code === "JP")?.label === "Japon", "Japan is Japon in French");
  const wrong = await GET("/web/v1/system/constants/countries", { params: { header: { ...header, "X-LOCALE": "-" } } });
  claim(wrong.error?.code === "VALIDATION.INVALID_PARAMETER" && wrong.error.data === null, "a malformed header is refused");
}

async function countryList(): Promise<void> {
  const { GET, POST } = createClient<CountryList>({ baseUrl });
  const body = { grant_type: "client_credentials" as const, client_id: demo.client_id, client_secret: demo.client_secret };
  const token = await POST("/v1/auth/token", { body, headers: { "Content-Type": "application/x-www-form-urlencoded" } });
  const headers = { Authorization: `Bearer ${token.data?.data.access_token}` };
  const { data } = await GET("/v1/country/list", { params: { query: { country: "HK" } }, headers });
  claim(data?.data.countries[0].states.some((state) => state.name === "Central and Western") === true, "a district of Hong Kong");
  const unknown = await GET("/v1/country/list", { params: { query: { country: "Atlantis" } }, headers });
  claim(unknown.response.status === 404 && typeof unknown.error?.error === "string", "no such country");
}

async function data(): Promise<void> {
  const { GET, POST } = createClient<Data>({ baseUrl, headers: bearer });
  const countries = await GET("/api/data/countries", { params: { query: { country_name_source: "iso" } } });
  const islands = countries.data?.find((row) => row.iso_alpha_2 === "PR");
  claim(islands?.is_subdivision_of?.parent_country_code === "US", "Puerto Rico is of the United States");
  const states = await GET("/api/data/countries/{country}/subdivisions", { params: { path: { country: "US" } } });
  claim(states.data?.some((row) => row.code === "US-CA" && row.name === "California") === true, "California");
  const widget = { params: { path: { country: "JP" } }, headers: { "X-API-KEY": demo.public_key, Origin: origin, Authorization: null } };
  const shown = await GET("/api/countries/{country}/subdivisions", widget);
  claim(shown.data?.every((row) => row.full_name.length > 0) === true, "every name in full");
  const one = await POST("/api/validate/country", { body: { code: "USA" } });
  claim(one.error !== undefined && "valid" in one.error && !one.error.valid, "USA is no alpha-2 code");
  const list = await POST("/api/validate/subdivision", { body: { code: ["US-CA", "US-XX"], country: "US" } });
  claim(list.data !== undefined && "results" in list.data && list.data.results[1].valid === false, "the second is wrong");
  const city = await POST("/api/validate/city", { body: { city: "munich", country: "DE" } });
  claim(city.data?.city_id === 2867714, "Munich by its number");
}

async function tenantCountries(): Promise<void> {
  const { GET, PATCH, POST } = createClient<TenantCountries>({ baseUrl, headers: bearer });
  const path = { tenant: demo.tenant, countryCode: "PL" };
  const header = { "X-Version": "v2" as const };
  const list = await GET("/country/{tenant}/countries", { params: { path, header, query: { pageSize: 2, sort: "code" } } });
  claim(list.data?.map((row) => row.code).join() === "AD,AE", "the first two by code");
  const before = await GET("/country/{tenant}/countries/{countryCode}", { params: { path, header } });
  const version = before.data?.metadata.version;
  const changed = await PATCH("/country/{tenant}/countries/{countryCode}", { params: { path, header }, body: { active: true, metadata: { version } } });
  claim(changed.response.status === 204, "switched at its version");
  const late = await PATCH("/country/{tenant}/countries/{countryCode}", { params: { path, header }, body: { active: true, metadata: { version } } });
  claim(late.response.status === 409 && late.error !== undefined && "details" in late.error, "not at an older version");
  const both = await PATCH("/country/{tenant}/countries", { params: { path, header }, body: [{ code: "PL", active: true }, { code: "XX", active: true }] });
  claim(both.data?.map((result) => result.code).join() === "204,404", "a result for each change");
  const token = await POST("/oauth/token", { body: { grant_type: "client_credentials", client_id: demo.client_id, client_secret: demo.client_secret } });
  claim(token.data?.token_type === "Bearer", "a token");
  const setting = await GET("/configuration/{tenant}/configurations/{key}", { params: { path: { tenant: demo.tenant, key: "project_lang" } } });
  claim(JSON.parse(setting.data?.value ?? "[]").length > 0, "the languages of the tenant");
}

run([constants, countryList, data, tenantCountries]);
