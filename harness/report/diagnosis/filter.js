// Shows the hosts whose row has the typed text, and that are in the chosen state.
const rows = [...document.querySelectorAll('tbody tr')];
const [text, state, shown] = ['filter-text', 'filter-state', 'shown'].map((id) => document.getElementById(id));
const apply = () => {
  const wanted = text.value.toLowerCase();
  let count = 0;
  for (const row of rows) {
    const fits =
      row.textContent.toLowerCase().includes(wanted) && (state.value === '' || row.dataset.state === state.value);
    row.hidden = !fits;
    if (fits) count++;
  }
  shown.textContent = `${count} of ${rows.length} hosts`;
};
text.addEventListener('input', apply);
state.addEventListener('input', apply);
apply();

// A link to a host opens its details.
const open = () => {
  const host = document.getElementById(location.hash.slice(1));
  if (host) host.open = true;
};
addEventListener('hashchange', open);
open();
