import type { Parameter } from './factors.ts';
import { compareVersions } from '../../harness/core/version.ts';

/** The effect of a parameter. */
export type Fate = 'effective' | 'accepted' | 'ignored';

/** The expected effect of a parameter on a kernel; `undefined` where it was not measured. */
export interface ParameterExpectation {
  fate: Fate | undefined;
  /** Whether the kernel's image contains its name. */
  known: boolean | undefined;
  reason: string;
  reference: string;
}

/** Kernels from this one on were booted with each parameter. */
const measuredFrom = '5.10';

/** Effects measured on CentOS' kernels on 2026-11-25 and 26, by release and level. */
const measured: readonly {
  release: RegExp;
  reference: string;
  levels: Readonly<Partial<Record<Parameter, Omit<ParameterExpectation, 'reference'>>>>;
}[] = [
  {
    release: /^3\.10\.0-514(?:\.el7|$)/,
    reference: 'measured on 3.10.0-514.el7',
    levels: {
      nokmem: { fate: 'ignored', known: false, reason: 'the image has no such name: it is ignored in silence' },
      'disable-memory': {
        fate: 'effective',
        known: true,
        reason: 'the kernel has the parameter, and does what it says',
      },
      'slab-nomerge': {
        fate: 'ignored',
        known: false,
        reason: 'slub_nomerge is the name of this switch on this kernel; it does not know slab_nomerge',
      },
      'slub-nomerge': {
        fate: undefined,
        known: true,
        reason: 'this is the name of the switch on this kernel; its effect was not measured',
      },
    },
  },
  {
    release: /^3\.10\.0-1160(?:\.el7|$)/,
    reference: 'measured on 3.10.0-1160.el7',
    levels: {
      nokmem: { fate: 'effective', known: true, reason: 'this kernel knows the parameter, and does what it says' },
    },
  },
];

/**
 * The expected effect. Every kernel ignores the controls.
 *
 * @param level of the factor `parameter`
 * @param release as `uname -r` gives it
 */
export function expectationOf(level: Parameter, release: string): ParameterExpectation {
  if (level === 'typo' || level === 'unknown') {
    const reason =
      level === 'typo'
        ? 'a misspelt value is silent: the kernel looks for words that it knows (control)'
        : 'a name with a dot is taken for a module’s, whether there is one or not (control)';
    return { fate: 'ignored', known: false, reason, reference: 'control' };
  }
  const version = /^\d+\.\d+/.exec(release)?.[0] ?? '0';
  if (compareVersions(version, measuredFrom) >= 0) {
    const reason = 'the kernel has the parameter, and does what it says';
    return { fate: 'effective', known: true, reason, reference: 'measured on 5.10.223, 6.1.176, 6.12.107 and 7.2.13' };
  }
  const kernel = measured.find((one) => one.release.test(release));
  const found = kernel?.levels[level];
  if (kernel && found) return { ...found, reference: kernel.reference };
  const reason = 'this parameter was not measured on this kernel';
  return { fate: undefined, known: undefined, reason, reference: 'none' };
}
