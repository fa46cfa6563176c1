import * as React from 'react';

import LogView from '.';
import { IViewProps } from '../../tokens';
import { fromLogPlace, logPlace } from './place';

/**
 * The log as a view of a resource: its place is a stream and a line.
 */
export default function Logs(props: IViewProps): React.ReactElement {
  const { smext, connection, region, kind, id, place, onPlace } = props;
  return (
    <LogView
      smext={smext}
      place={{ connection, region, kind, id }}
      visible={props.visible}
      {...fromLogPlace(place)}
      onMoved={(stream, line) => onPlace(logPlace(stream, line))}
    />
  );
}
