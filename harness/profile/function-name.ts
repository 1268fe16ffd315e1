/** A function's package: all up to the first dot after the last slash, e.g. `github.com/docker/docker/pkg/pubsub`. */
export function packageOf(name: string): string {
  // Type parameters, `pkg.F[go.shape.string]`, may have slashes and dots of their own.
  const plain = name.split('[')[0] ?? '';
  const begin = plain.lastIndexOf('/') + 1;
  const dot = plain.indexOf('.', begin);
  return dot < 0 ? plain : plain.slice(0, dot);
}

/** A function without the path of its package and without type parameters: `pubsub.(*Publisher).SubscribeTopic`. */
export function shortName(name: string): string {
  return name.slice(packageOf(name).lastIndexOf('/') + 1).replace(/\[.*\]/, '[…]');
}
