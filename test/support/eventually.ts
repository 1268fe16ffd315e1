/**
 * Tries a step again, up to 20 s, until it does not throw; then its last error is thrown.
 *
 * @param transient errors after which it is tried again; all when it is left out
 */
export async function eventually<T>(step: () => Promise<T>, transient = /(?:)/): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (attempt === 200 || !transient.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
