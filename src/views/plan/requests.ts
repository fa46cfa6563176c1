import { IPlanRequest } from '../../protocol';
import { IResourceId } from '../../tokens';

/**
 * One request for each connection and region among the targets; `operation` for another verb than the one that ends the bill.
 */
export function requestsFor(
  targets: ReadonlyArray<IResourceId>,
  operation: string | null = null
): IPlanRequest[] {
  const requests = new Map<string, IPlanRequest>();
  for (const { connection, region, kind, id } of targets) {
    const place = JSON.stringify([connection, region]);
    const known = requests.get(place)?.targets ?? [];
    requests.set(place, {
      connection,
      region,
      targets: [...known, { kind, id }],
      scope: 'targets',
      operation
    });
  }
  return [...requests.values()];
}

/**
 * One request for each region: all that runs there, or in one section.
 */
export function requestsForScope(
  connection: string,
  regions: ReadonlyArray<string>,
  scope: IPlanRequest['scope']
): IPlanRequest[] {
  return regions.map(region => ({
    connection,
    region,
    targets: [],
    scope,
    operation: null
  }));
}
