import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ObjectRoutes } from '../../api/objects';
import { ResourceRoutes } from '../../api/resources';
import { decimal } from '../../components/amount';
import { LinkButton } from '../../components/button';
import { IRelated, IS3Place } from '../../protocol';
import { IViewProps } from '../../tokens';
import { useAnswer } from '../answer';
import { S3Link } from '../objects/link';
import { ProblemCallout } from '../modal/problem';

/** Places in S3 that are counted at once; those after them are links alone. */
const COUNTED = 6;

/**
 * What the resource is made of and made for, as links: other resources both ways, and S3.
 */
export function RelatedResources(props: IViewProps): React.ReactElement | null {
  const { resource, smext, connection, region, kind, id, visible } = props;
  const { api, trans } = smext;
  const { related, places, row } = resource;
  const asked = React.useRef(false);
  asked.current ||= visible;
  const { value, problem } = useAnswer(
    asked.current ? `${kind} ${id} ${row.status}` : null,
    () => api.of(ResourceRoutes).usedBy(connection, region, kind, id)
  );
  const problems = problem ? [problem] : (value?.problems ?? []);
  const links = [
    ...related.map(one => [inWords(one.role), one] as const),
    ...(value?.made_by ?? []).map(one => [trans.__('Made by'), one] as const),
    ...(value?.used_by ?? []).map(one => [trans.__('Used by'), one] as const)
  ];
  if (!links.length && !places.length && !problems.length) {
    return null;
  }
  return (
    <section aria-label={trans.__('Related')}>
      <h2 className="jp-smext-h2">{trans.__('Related')}</h2>
      <dl className="jp-smext-facts-grid">
        {links.map(([label, one], index) => (
          <React.Fragment key={index}>
            <dt>{label}</dt>
            <dd>
              <ResourceLink {...props} of={one} />
            </dd>
          </React.Fragment>
        ))}
        {places.map((place, index) => (
          <React.Fragment key={index}>
            <dt>{place.label}</dt>
            <dd>
              <S3Link smext={smext} place={props} uri={place.uri} />
              {index < COUNTED && (
                <Sum {...props} place={place} trans={trans} />
              )}
            </dd>
          </React.Fragment>
        ))}
      </dl>
      {value?.notes.map(note => (
        <p key={note} className="jp-smext-muted">
          {note}
        </p>
      ))}
      {problems.map((one, index) => (
        <ProblemCallout key={index} problem={one} trans={trans} folded />
      ))}
    </section>
  );
}

function ResourceLink(
  props: IViewProps & { of: IRelated }
): React.ReactElement {
  const { smext, connection, region, of } = props;
  const { kind, id, name } = of;
  return (
    <>
      <LinkButton
        label={name}
        onClick={() => smext.openResource({ connection, region, kind, id })}
      />{' '}
      <span className="jp-smext-muted">
        {smext.store.kinds.get(kind)?.label}
      </span>
    </>
  );
}

/** How much lies there: `214 files, 1.1 GB`. */
function Sum(props: {
  connection: string;
  region: string;
  resource: IViewProps['resource'];
  smext: IViewProps['smext'];
  place: IS3Place;
  visible: boolean;
  trans: TranslationBundle;
}): React.ReactElement {
  const { connection, region, place, resource, smext, visible, trans } = props;
  const asked = React.useRef(false);
  asked.current ||= visible;
  const { value, problem } = useAnswer(
    // What a job writes is there once it has ended.
    asked.current ? `${place.uri} ${resource.row.status}` : null,
    () => smext.api.of(ObjectRoutes).sum(connection, region, place.uri)
  );
  return (
    <span
      className="jp-smext-muted"
      title={problem ? [problem.detail, problem.next].join('\n') : undefined}
    >
      {' '}
      {problem
        ? problem.title
        : value === null
          ? ''
          : !value.objects
            ? resource.row.tone === 'busy'
              ? trans.__('nothing yet')
              : trans.__('nothing there')
            : `${value.complete ? '' : '≥ '}${trans._n('%1 file', '%1 files', value.objects)}, ${decimal(value.bytes, trans)}`}
    </span>
  );
}

/**
 * The member that names another resource, as a label: `EndpointConfigName` → `Endpoint config`.
 */
function inWords(member: string): string {
  const [first, ...rest] = member
    .replace(/(?<=.)(Name|Arn|Id|Url)$/, '')
    .split(/(?<=[a-z0-9])(?=[A-Z])/);
  return [first, ...rest.map(word => word.toLowerCase())].join(' ');
}
