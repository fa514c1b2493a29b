/** What a deployment says beside index.html in `config.json`; every key may be left out. */
interface Config {
  /** Origin of the API, such as "https://api.example.com"; empty where the API serves this page itself. */
  api: string;
}

async function read(): Promise<Config> {
  const asBuilt: Config = { api: "" };
  try {
    const answer = await fetch("/config.json", { cache: "no-cache" });
    return answer.ok ? { ...asBuilt, ...(await answer.json()) } : asBuilt;
  } catch {
    return asBuilt; // offline: the installed shell starts all the same, and every call says so
  }
}

const config = await read();

/** The origin that the API is reached at. */
export const API_ORIGIN = config.api || globalThis.location.origin;
