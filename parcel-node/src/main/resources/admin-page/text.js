// Figures as people read them. Whatever comes from a client reaches the page as text, never as markup.

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const RATE_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'];

export const NONE = '–';

function scaled(value, base, last) {
  let unit = 0;
  // What would round up to the next unit belongs to it.
  while (value >= base * 0.9995 && unit < last) {
    value /= base;
    unit++;
  }
  return [value, unit];
}

/** Three digits that count. */
export function digits(value) {
  if (value === 0) {
    return '0';
  }
  if (value >= 99.95) {
    return value.toFixed(0);
  }
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

export function bytes(count) {
  const [value, unit] = scaled(count, 1024, BYTE_UNITS.length - 1);
  return (unit === 0 ? String(count) : digits(value)) + '\u00a0' + BYTE_UNITS[unit];
}

/** The factor and the name of the unit in which a rate reads best. */
export function rateUnit(bitsPerSecond) {
  const unit = Math.max(2, scaled(bitsPerSecond, 1000, RATE_UNITS.length - 1)[1]);
  return { factor: 1000 ** unit, name: RATE_UNITS[unit] };
}

export function rate(bitsPerSecond) {
  if (bitsPerSecond === 0) {
    return NONE;
  }
  const [value, unit] = scaled(bitsPerSecond, 1000, RATE_UNITS.length - 1);
  return digits(value) + '\u00a0' + RATE_UNITS[unit];
}

export function milliseconds(value) {
  return value === null ? NONE : digits(value) + '\u00a0ms';
}

/** A share of the whole without its sign. */
export function percentDigits(share) {
  const percent = share * 100;
  if (percent === 0) {
    return '0';
  }
  return percent < 0.01 ? '<0.01' : percent < 10 ? percent.toFixed(2) : percent.toFixed(1);
}

export function percent(share) {
  return share === null ? NONE : percentDigits(share) + '\u00a0%';
}

export function duration(seconds) {
  if (seconds < 10) {
    return seconds.toFixed(1) + '\u00a0s';
  }
  if (seconds < 60) {
    return Math.round(seconds) + '\u00a0s';
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return minutes + '\u00a0min ' + Math.floor(seconds % 60) + '\u00a0s';
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? hours + '\u00a0h ' + (minutes % 60) + '\u00a0min'
    : Math.floor(hours / 24) + '\u00a0d ' + (hours % 24) + '\u00a0h';
}

/** The time of day, with the date if that is not today's. */
export function clock(epochMs, nowMs) {
  const then = new Date(epochMs);
  const time = then.toLocaleTimeString('en-GB');
  return then.toDateString() === new Date(nowMs).toDateString()
    ? time
    : then.toLocaleDateString('en-CA') + ' ' + time;
}

export function count(number, one, many) {
  return number + ' ' + (number === 1 ? one : many);
}
