import * as React from 'react';

import { problemOf } from '../../../api';
import { JumpStartRoutes } from '../../../api/jumpstart';
import { showProblem } from '../../../components/problem';
import { IJumpStartCatalogue } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { useAnswer, useTypes } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { Search } from '../search';
import { Models } from './models';
import { IEntry } from './selection';

/**
 * The models of a connection and region: read, then narrowed down by typing and by facets.
 */
export function Catalogue(props: {
  smext: ISmext;
  connection: string;
  region: string;
  search: Search;
  /** What the other tabs have of what is searched for. */
  elsewhere: React.ReactNode;
  regionField: React.ReactNode;
  onOpen: (entry: IEntry) => void;
}): React.ReactElement {
  const { smext, connection, region, regionField } = props;
  const { api, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  const { value, problem } = useAnswer<IJumpStartCatalogue>(
    JSON.stringify([connection, region, attempt]),
    () => api.of(JumpStartRoutes).models(connection, region),
    catalogue => !catalogue.reading
  );
  const types = useTypes(api, { connection, region }, 'hosting', attempt);
  const readAfter = (request: Promise<void>) =>
    void request.then(
      () => setAttempt(attempt + 1),
      error => showProblem(problemOf(error), trans)
    );
  if (!value) {
    return (
      <div className="jp-smext-page-alone">
        {regionField}
        {problem ? (
          <ProblemCallout
            problem={problem}
            trans={trans}
            onAgain={() => setAttempt(attempt + 1)}
          />
        ) : (
          <p role="status" className="jp-smext-modal-wait">
            {trans.__('Reading the models…')}
          </p>
        )}
      </div>
    );
  }
  return (
    <Models
      catalogue={value}
      types={types}
      search={props.search}
      elsewhere={props.elsewhere}
      trans={trans}
      regionField={regionField}
      onRefresh={() =>
        readAfter(api.of(JumpStartRoutes).refresh(connection, region))
      }
      onRead={models =>
        readAfter(
          api.of(JumpStartRoutes).readDocuments(connection, region, models)
        )
      }
      onOpen={props.onOpen}
    />
  );
}
