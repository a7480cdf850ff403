// What every caller needs: where the server is, its demo credentials, and a way to claim something of an answer.

type Demo = { tenant: string; workspace_id: string; private_key: string; public_key: string; client_id: string; client_secret: string };

export const baseUrl: string = process.env.BASE_URL ?? "";
export const demo: Demo = JSON.parse(process.env.DEMO ?? "{}");
export const origin = "http://localhost:3000";

let claims = 0;

export function claim(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(`Not so: ${what}`);
  claims += 1;
}

export function run(calls: (() => Promise<void>)[]): void {
  calls
    .reduce((before, call) => before.then(call), Promise.resolve())
    .then(() => console.log(`${claims} claims hold`))
    .catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
}
