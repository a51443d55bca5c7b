// Rows that are kept and changed rather than made anew: a screen reader or a selection stays where it is.

function cell(row, index, column) {
  let td = row.children[index];
  if (!td) {
    td = document.createElement('td');
    td.setAttribute('role', 'cell');
    td.dataset.label = column.label;
    td.className = column.className ?? '';
    row.append(td);
  }
  return td;
}

export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A cell with a line of small print below, if there is some. */
export function setNoted(td, text, note) {
  if (!td.firstChild) {
    td.append(document.createElement('span'));
  }
  setText(td.firstChild, text);
  let small = td.querySelector('.note');
  if (!note) {
    small?.remove();
    return;
  }
  if (!small) {
    small = document.createElement('span');
    small.className = 'note';
    td.append(small);
  }
  setText(small, note);
}

/**
 * @param columns for each its label, class and what writes an entry into its cell
 * @param key tells an entry from the others
 */
export function showRows(body, entries, columns, key) {
  const known = new Map([...body.children].map((row) => [row.dataset.key, row]));
  let previous = null;
  for (const entry of entries) {
    const id = key(entry);
    let row = known.get(id);
    known.delete(id);
    if (!row) {
      row = document.createElement('tr');
      row.setAttribute('role', 'row');
      row.dataset.key = id;
    }
    columns.forEach((column, index) => column.write(cell(row, index, column), entry));
    const place = previous ? previous.nextSibling : body.firstChild;
    if (place !== row) {
      body.insertBefore(row, place);
    }
    previous = row;
  }
  known.forEach((row) => row.remove());
}

export function showProgress(td, share, text, label) {
  let bar = td.querySelector('progress');
  if (!bar) {
    const box = document.createElement('div');
    box.className = 'progress';
    bar = document.createElement('progress');
    bar.max = 1;
    box.append(bar, document.createElement('span'));
    td.append(box);
  }
  if (share === null) {
    bar.removeAttribute('value');
  } else {
    bar.value = share;
  }
  bar.setAttribute('aria-label', label);
  setText(bar.nextSibling, text);
}

export function showPill(td, text, state) {
  let pill = td.querySelector('.pill');
  if (!pill) {
    pill = document.createElement('span');
    pill.className = 'pill';
    td.append(pill);
  }
  pill.dataset.state = state;
  setText(pill, text);
}
