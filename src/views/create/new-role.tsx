import * as React from 'react';

import { problemOf } from '../../api';
import { IamRoutes } from '../../api/iam';
import { INewRole, IProblem } from '../../protocol';
import { IPlace, ISmext } from '../../tokens';
import { useAnswer } from '../answer';
import { openModal } from '../modal';
import { ModalHead } from '../modal/frame';
import { ProblemCallout } from '../modal/problem';

const TITLE = 'jp-smext-new-role-title';

/** Where AWS says what its policies allow, by their name. */
const POLICIES =
  'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/';

/**
 * Show the role that would be created, and create it if that is wanted; its ARN, null without one.
 */
export function createRole(
  smext: ISmext,
  place: IPlace
): Promise<string | null> {
  return openModal<string | null>({
    api: smext.api,
    role: 'dialog',
    className: 'jp-smext-create jp-smext-new-role',
    labelledBy: TITLE,
    dismissed: null,
    render: ({ close }) => (
      <NewRole smext={smext} place={place} onClose={close} />
    )
  });
}

function NewRole(props: {
  smext: ISmext;
  place: IPlace;
  onClose: (role: string | null) => void;
}): React.ReactElement {
  const { smext, place, onClose } = props;
  const { api, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  const shown = useAnswer<INewRole>(String(attempt), () =>
    api.of(IamRoutes).newRole(place.connection, place.region)
  );
  const [sending, setSending] = React.useState(false);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const cancel = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => cancel.current?.focus(), []);
  const create = async () => {
    setSending(true);
    setProblem(null);
    try {
      onClose(
        (await api.of(IamRoutes).createRole(place.connection, place.region)).arn
      );
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };
  const ready = shown.value !== null && !sending;
  return (
    <>
      <ModalHead
        titleId={TITLE}
        title={trans.__('Create an execution role')}
        trans={trans}
        onClose={() => onClose(null)}
      />
      <div className="jp-smext-modal-body">
        {shown.value ? (
          <Shown role={shown.value} smext={smext} />
        ) : shown.problem ? (
          <ProblemCallout
            problem={shown.problem}
            trans={trans}
            onAgain={() => setAttempt(attempt + 1)}
          />
        ) : (
          <p role="status" className="jp-smext-modal-wait">
            {trans.__('Reading what the role would be…')}
          </p>
        )}
        {problem && <ProblemCallout problem={problem} trans={trans} />}
      </div>
      <div className="jp-smext-modal-foot">
        <button
          type="button"
          ref={cancel}
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={() => onClose(null)}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-accept jp-mod-large"
          aria-disabled={!ready || undefined}
          onClick={ready ? () => void create() : undefined}
        >
          {sending ? trans.__('Creating…') : trans.__('Create the role')}
        </button>
      </div>
    </>
  );
}

/** What is made, before it is. */
function Shown(props: { role: INewRole; smext: ISmext }): React.ReactElement {
  const { role, smext } = props;
  const { trans } = smext;
  return (
    <>
      <p>
        {trans.__(
          'It stays in your account until you delete it in IAM. Others may use it for SageMaker too.'
        )}
      </p>
      <dl className="jp-smext-facts-grid">
        <dt>{trans.__('Name')}</dt>
        <dd>
          <code>{role.name}</code>
          {trans.__('… and the time')}
        </dd>
        <dt>{trans.__('May do')}</dt>
        <dd>
          {role.policies.map(arn => {
            const name = arn.slice(arn.lastIndexOf('/') + 1);
            return (
              <a
                key={arn}
                href={`${POLICIES}${encodeURIComponent(name)}.html`}
                title={arn}
                target="_blank"
                rel="noopener noreferrer"
              >
                {name}
              </a>
            );
          })}
        </dd>
        <dt>{trans.__('Trusts')}</dt>
        <dd>
          <pre tabIndex={0} className="jp-smext-command">
            {role.trust}
          </pre>
        </dd>
      </dl>
    </>
  );
}
