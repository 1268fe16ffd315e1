import { z } from 'zod';

const report = z.object({ sharedObjects: z.array(z.string()) });

/**
 * The files that the Node which runs the lab consists of: its program, and the shared libraries that this process has
 * loaded, the dynamic loader among them, each under the name by which the loader has found it.
 */
export function runtimeFiles(): string[] {
  const { sharedObjects } = report.parse(process.report.getReport());
  // The kernel's own (linux-vdso) has no path; addons of packages come with these.
  const libraries = sharedObjects.filter((file) => file.startsWith('/') && !file.endsWith('.node'));
  return [...new Set([process.execPath, ...libraries])];
}
