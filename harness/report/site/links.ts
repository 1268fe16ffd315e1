/** A path of names as a URL takes it. */
function urlOf(directory: string): string {
  return directory.split('/').map(encodeURIComponent).join('/');
}

/** Where the page of a run is, from the report's directory; `run` is its directory, relative to the results. */
export function runPage(run: string): string {
  return `runs/${run}.html`;
}

/** Where the page of what is known of a scenario is, from the report's directory. */
export function knownPage(scenario: string): string {
  return `known/${scenario}.html`;
}

/** The link to a run, or to one of its cells, from the report's directory. */
export function runLink(run: string, hash?: string): string {
  return urlOf(runPage(run)) + (hash === undefined ? '' : `#cell-${hash}`);
}
