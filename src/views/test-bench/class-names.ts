import * as React from 'react';

import { Api } from '../../api';
import { EndpointRoutes } from '../../api/endpoints';
import { IClassNames } from '../../protocol';
import { IAnswer, useAnswer } from '../answer';
import { Reading } from './reading';
import { ICall } from './bench';

/**
 * An answer with names for the numbers of its classes, where these are as many.
 */
export function named(reading: Reading, names: ReadonlyArray<string>): Reading {
  if (reading.shape === 'classes' && reading.numbered) {
    return reading.classes.length === names.length
      ? {
          ...reading,
          numbered: false,
          classes: reading.classes.map(one => ({
            ...one,
            label: names[one.index]
          }))
        }
      : reading;
  }
  if (reading.shape === 'objects' && reading.numbered) {
    return reading.objects.every(({ index }) => index! in names)
      ? {
          ...reading,
          numbered: false,
          objects: reading.objects.map(one => ({
            ...one,
            label: names[one.index!]
          }))
        }
      : reading;
  }
  return reading;
}

/**
 * The last call with the names of its classes: those in the answer, else those in the artifact of
 * its JumpStart model, which is asked for once.
 */
export function useNames(
  api: Api,
  where: { connection: string; region: string; id: string },
  ofJumpStart: boolean,
  call: ICall | null
): { call: ICall | null; names: IAnswer<IClassNames> } {
  const { connection, region, id } = where;
  const reading = call?.reading;
  const numbered =
    (reading?.shape === 'classes' || reading?.shape === 'objects') &&
    reading.numbered;
  const component = call?.request.component ?? null;
  const wanted = numbered && ofJumpStart;
  const names = useAnswer(
    wanted ? JSON.stringify([connection, region, id, component]) : null,
    () => api.of(EndpointRoutes).classNames(connection, region, id, component)
  );
  const found = React.useMemo(
    () =>
      call && reading && names.value
        ? { ...call, reading: named(reading, names.value.names) }
        : call,
    [call, names.value]
  );
  return { call: found, names };
}
