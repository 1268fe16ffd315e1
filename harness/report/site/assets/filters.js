// Filters of the matrix, kept in the URL's fragment: `#daemon=20.10.24&stands=regression`. Without it every row is shown. `before` and `after` name two
// columns: these alone are shown then, with the rows whose outcomes differ in them.
const form = document.getElementById('filters');
const shown = document.getElementById('shown');
const rows = [...document.querySelectorAll('tr[data-facts]')].map((row) => ({
  row,
  facts: new Map(Object.entries(JSON.parse(row.dataset.facts))),
}));
const factors = [...new Set(rows.flatMap(({ facts }) => [...facts.keys()]))];

for (const factor of factors) {
  const levels = [...new Set(rows.flatMap(({ facts }) => facts.get(factor) ?? []))].sort((a, b) => (a < b ? -1 : 1));
  if (levels.length < 2) continue;
  const label = document.createElement('label');
  const select = document.createElement('select');
  select.name = factor;
  select.append(new Option('any', ''), ...levels.map((level) => new Option(level, level)));
  label.append(document.createTextNode(factor), select);
  form.append(label);
}

const heads = [...document.querySelectorAll('.matrix thead th[id]')];
for (const name of heads.length < 2 ? [] : ['before', 'after']) {
  const label = document.createElement('label');
  const select = document.createElement('select');
  select.name = name;
  const options = heads.map((head) => new Option(head.querySelector('.nowrap').textContent, head.id));
  select.append(new Option('none', ''), ...options);
  label.append(document.createTextNode(`compare: ${name}`), select);
  form.append(label);
}

// Shows two columns alone, or all; returns whether a row differs in them.
function compared(wanted) {
  const pair = ['before', 'after'].map((name) => heads.findIndex(({ id }) => id === wanted.get(name)));
  const isPair = pair.every((place) => place >= 0) && pair[0] !== pair[1];
  for (const { cells } of document.querySelectorAll('.matrix thead tr, .matrix tr[data-facts]')) {
    for (const place of heads.keys()) cells[place + 1].hidden = isPair && !pair.includes(place);
  }
  const outcome = (row, place) => row.cells[place + 1].dataset.outcome ?? '';
  return (row) => !isPair || outcome(row, pair[0]) !== outcome(row, pair[1]);
}

function apply() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const differs = compared(wanted);
  for (const select of form.querySelectorAll('select')) select.value = wanted.get(select.name) ?? '';
  let count = 0;
  for (const { row, facts } of rows) {
    row.hidden =
      !differs(row) || [...wanted].some(([factor, level]) => factors.includes(factor) && facts.get(factor) !== level);
    if (!row.hidden) count++;
  }
  for (const body of document.querySelectorAll('.matrix tbody')) {
    body.hidden = [...body.querySelectorAll('tr[data-facts]')].every((row) => row.hidden);
  }
  shown.textContent = count === rows.length ? '' : `${count} of ${rows.length} cells are shown.`;
}

form.addEventListener('change', () => {
  const chosen = [...new FormData(form)].filter(([, level]) => level !== '');
  location.hash = new URLSearchParams(chosen).toString();
});
addEventListener('hashchange', apply);
// The newest night is the rightmost.
const matrix = document.querySelector('.matrix')?.parentElement;
if (matrix) matrix.scrollLeft = matrix.scrollWidth;
form.hidden = false;
apply();
