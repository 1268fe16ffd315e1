/** Version of the tables, as `PRAGMA user_version` has it: a database of another one is made anew. */
export const tablesVersion = 3;

/**
 * The tables. Numbers of rows are for joins alone and never part of an answer: they depend on the order in which runs were read.
 * Runs and nights are known by their directory, relative to the results; a cell by its scenario, hash and kind of machine.
 */
export const tables = `
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  directory TEXT NOT NULL UNIQUE,
  -- Of run.json: the run is read again when it changes.
  stamp TEXT NOT NULL,
  scenario TEXT NOT NULL,
  state TEXT NOT NULL,
  startedAt TEXT NOT NULL,
  endedAt TEXT,
  machine TEXT NOT NULL,
  -- What booted, where the machine boots; the host's elsewhere.
  kernel TEXT NOT NULL,
  kernelCommandLine TEXT NOT NULL,
  cgroupVersion INTEGER,
  cpus INTEGER NOT NULL,
  memoryBytes INTEGER NOT NULL,
  revision TEXT NOT NULL,
  version TEXT NOT NULL,
  planned INTEGER NOT NULL
) STRICT;
CREATE TABLE builds (
  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  "commit" TEXT NOT NULL,
  origin TEXT NOT NULL,
  sha256 TEXT
) STRICT;
CREATE INDEX buildsOfRun ON builds (run);
CREATE TABLE cells (
  id INTEGER PRIMARY KEY,
  scenario TEXT NOT NULL,
  hash TEXT NOT NULL,
  machine TEXT NOT NULL,
  name TEXT NOT NULL,
  levels TEXT NOT NULL,
  UNIQUE (scenario, hash, machine)
) STRICT;
CREATE TABLE verdicts (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  cell INTEGER NOT NULL REFERENCES cells,
  try INTEGER NOT NULL,
  -- 'not-finished' where there is no verdict.json.
  outcome TEXT NOT NULL,
  version TEXT,
  bug TEXT,
  -- Facts as JSON, see harness/judge/check.ts.
  observed TEXT,
  expected TEXT,
  failure TEXT,
  seconds REAL NOT NULL
) STRICT;
CREATE INDEX verdictsOfRun ON verdicts (run);
-- With all that a matrix shows of a try, so that a page of it never looks into the table.
CREATE INDEX verdictsOfCell ON verdicts (cell, run, try, outcome, seconds);
CREATE TABLE figures (
  verdict INTEGER NOT NULL REFERENCES verdicts ON DELETE CASCADE,
  place INTEGER NOT NULL,
  metric TEXT NOT NULL,
  unit TEXT NOT NULL,
  per TEXT NOT NULL,
  says TEXT NOT NULL,
  slope REAL NOT NULL,
  intercept REAL NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  threshold REAL NOT NULL,
  PRIMARY KEY (verdict, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE nights (
  id INTEGER PRIMARY KEY,
  directory TEXT NOT NULL UNIQUE,
  stamp TEXT NOT NULL,
  profile TEXT NOT NULL,
  state TEXT NOT NULL,
  startedAt TEXT NOT NULL,
  host TEXT NOT NULL,
  revision TEXT NOT NULL,
  valid INTEGER,
  invalidBecause TEXT NOT NULL
) STRICT;
CREATE TABLE nightRuns (
  night INTEGER NOT NULL REFERENCES nights ON DELETE CASCADE,
  run TEXT NOT NULL,
  PRIMARY KEY (night, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX nightOfRun ON nightRuns (run);
-- Tries of a cell in one run that came to different outcomes, of those that say something about the cell.
CREATE VIEW flakes AS
  SELECT run, cell, count(*) AS tries, count(DISTINCT outcome) AS outcomes
  FROM verdicts WHERE outcome IN ('as-expected', 'unexpected', 'inconclusive')
  GROUP BY run, cell HAVING count(DISTINCT outcome) > 1;
`;
