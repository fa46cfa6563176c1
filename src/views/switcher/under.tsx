import { NotebookPanel } from '@jupyterlab/notebook';
import * as React from 'react';

import { ApiError } from '../../api';
import { InventoryRoutes } from '../../api/inventory';
import { useChanges } from '../../hooks';
import { consoleUrl, LOCAL } from '../../store';
import {
  IComputeName,
  IProblem,
  ISessionCompute,
  ISwitch,
  ISwitchRequest
} from '../../protocol';
import { SessionComputes } from '../../store/session-computes';
import { ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { Failure } from './failure';
import { LineNote, Outcome } from './notes';
import { Progress } from './progress';
import { Seen } from './seen';
import { useNotebook } from './useNotebook';

/**
 * What is to be said under a notebook's toolbar: a switch that runs or failed, how one ended, a cut line.
 */
export function Under(props: {
  panel: NotebookPanel;
  computes: SessionComputes;
  smext: ISmext;
  seen: Seen;
  onChoose: (at?: IComputeName, instanceType?: string) => void;
}): React.ReactElement | null {
  const { panel, computes, smext, seen, onChoose } = props;
  const { trans } = smext;
  const { session, task } = useNotebook(panel, computes);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [closedNote, closeNote] = React.useState('');
  useChanges(seen.changed);

  const attempt = async (act: () => Promise<ISwitch>) => {
    setProblem(null);
    try {
      const made = await act();
      seen.open(made);
      seen.follow(made);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      setProblem(error.problem);
    }
  };
  const close = (one: ISwitch) => {
    seen.close(one);
    seen.forget(one);
    setProblem(null);
  };
  const refused = problem && (
    <ProblemCallout problem={problem} trans={trans} folded />
  );
  const open = task !== null && !seen.isClosed(task);

  if (open && task.state === 'running') {
    return (
      <Progress
        task={task}
        trans={trans}
        onCancel={() => attempt(() => computes.cancel(task.id))}
        onHide={() => seen.close(task)}
      >
        {refused}
      </Progress>
    );
  }
  if (open && task.state === 'failed') {
    return (
      <WithConsole smext={smext} at={task.then.at}>
        {console => (
          <Failure
            task={task}
            trans={trans}
            console={console}
            onRetry={() => attempt(() => computes.retry(task.id))}
            onGoBack={() => attempt(() => computes.goBack(task.id))}
            onChoose={type => onChoose(task.then.at, type)}
            onClose={() => close(task)}
          >
            {refused}
          </Failure>
        )}
      </WithConsole>
    );
  }
  if (
    open &&
    seen.isFollowed(task) &&
    (task.state === 'cancelled' || (task.state === 'done' && task.notes.length))
  ) {
    return <Outcome task={task} trans={trans} onClose={() => close(task)} />;
  }
  if (
    session &&
    task?.state !== 'running' &&
    (session.line !== 'open' || (session.note && session.note !== closedNote))
  ) {
    return (
      <LineNote
        session={session}
        trans={trans}
        onNewKernel={() =>
          attempt(() => computes.start(newKernel(session, panel.context.path)))
        }
        onChoose={() => onChoose(session.compute.at)}
        onClose={() => closeNote(session.note)}
      >
        {refused}
      </LineNote>
    );
  }
  return null;
}

/** A kernel where the notebook's was: of it nothing is left to be carried. */
function newKernel(session: ISessionCompute, path: string): ISwitchRequest {
  return {
    session_id: session.session_id,
    path,
    to: session.compute.at,
    instance_type: null,
    create: null,
    kernel: null,
    stop_old: false,
    keep_old_kernel: false,
    carried: { variables: false, packages: false, files: false },
    saved: 0,
    saved_seconds: 0
  };
}

/** Where AWS's console shows an instance, once the kinds are read. */
function WithConsole(props: {
  smext: ISmext;
  at: IComputeName;
  children: (console: string | null) => React.ReactElement;
}): React.ReactElement {
  const { smext, at } = props;
  const [url, setUrl] = React.useState<string | null>(null);
  React.useEffect(() => {
    let wanted = true;
    if (at.kind !== 'local' && at.connection !== LOCAL) {
      void Promise.all([
        smext.api.of(InventoryRoutes).kinds(),
        smext.api.of(InventoryRoutes).connections()
      ]).then(
        ([kinds, connections]) => {
          const kind = kinds.find(one => one.id === at.kind);
          const connection = connections.find(one => one.id === at.connection);
          if (wanted && kind) {
            const name = decodeURIComponent(
              at.id.slice(at.id.lastIndexOf(',') + 1)
            );
            setUrl(
              consoleUrl(
                { kind, region: at.region, row: { name } },
                connection ?? null
              )
            );
          }
        },
        // The link is a courtesy: that our server does not answer is said elsewhere.
        () => undefined
      );
    }
    return () => {
      wanted = false;
    };
  }, [at.kind, at.connection, at.region, at.id]);
  return props.children(url);
}
