import type { Metric } from './series.ts';

/**
 * Series made from what one stuck call was measured to cost real daemons, before there was a lab to keep readings. Measured are the
 * doses, the slopes and, for some, r². Not measured are the readings themselves, whose noise is drawn so that slope and r² come
 * out, the other r², the baselines, and the idle cells altogether.
 */
export interface Reconstructed extends Metric {
  daemon: string;
  values: readonly number[];
  idle: readonly number[];
}

/** Calls at each reading of a real daemon. */
export const measuredDoses = [0, 500, 1000, 2000, 4000];

const rss: Metric = { metric: 'RSS', unit: 'bytes', granularity: 4096 };
const heap: Metric = { metric: 'HeapAlloc after GC', unit: 'bytes', granularity: 32_768 };
const stacks: Metric = { metric: 'stacks', unit: 'bytes', granularity: 8192 };
const fds: Metric = { metric: 'fds', unit: 'fds', granularity: 1 };
const goroutines: Metric = { metric: 'goroutines', unit: 'goroutines', granularity: 1 };

const burst = 'dockerd 1.13.1, burst';
const traffic = 'dockerd 1.13.1, amid other traffic';
const stalled = 'dockerd 20.10.24, containerd stopped';

/** 1.13.1 alone, amid other traffic, and 20.10.24 with a stalled collector. */
export const reconstructed: readonly Reconstructed[] = [
  {
    ...rss,
    daemon: burst,
    values: [38879232, 56008704, 72122368, 103325696, 168304640],
    idle: [39387136, 39542784, 39358464, 39419904, 39477248],
  },
  {
    ...heap,
    daemon: burst,
    values: [5156064, 22068784, 38493656, 71925144, 137598856],
    idle: [5394472, 5423968, 5409904, 5421848, 5401560],
  },
  {
    ...stacks,
    daemon: burst,
    values: [1990656, 7503872, 14237696, 26525696, 51789824],
    idle: [1679360, 1662976, 1630208, 1662976, 1687552],
  },
  { ...fds, daemon: burst, values: [24, 524, 1024, 2024, 4024], idle: [24, 24, 24, 24, 24] },
  { ...goroutines, daemon: burst, values: [40, 1539, 3043, 6042, 12040], idle: [42, 40, 42, 41, 41] },
  {
    ...rss,
    daemon: traffic,
    values: [61378560, 91754496, 120258560, 179281920, 301035520],
    idle: [60092416, 62132224, 59863040, 61509632, 62173184],
  },
  {
    ...heap,
    daemon: traffic,
    values: [8601824, 24154528, 40201968, 74012344, 140096832],
    idle: [7804016, 7881848, 7821448, 7914640, 7990864],
  },
  {
    ...stacks,
    daemon: traffic,
    values: [1990656, 9617408, 17055744, 30736384, 59105280],
    idle: [1679360, 1662976, 1630208, 1662976, 1687552],
  },
  {
    ...rss,
    daemon: stalled,
    values: [97812480, 113143808, 129724416, 157528064, 220200960],
    idle: [99012608, 97112064, 97714176, 98353152, 98791424],
  },
  {
    ...heap,
    daemon: stalled,
    values: [14137712, 29683800, 46863784, 79255984, 142813712],
    idle: [14233696, 14140304, 14223768, 14198672, 14183704],
  },
  { ...goroutines, daemon: stalled, values: [57, 1059, 2059, 4057, 8058], idle: [57, 58, 58, 57, 58] },
];
