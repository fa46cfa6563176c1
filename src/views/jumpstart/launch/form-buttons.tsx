import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemOf } from '../../../api';
import { LaunchRoutes } from '../../../api/launches';
import { LinkButton } from '../../../components/button';
import { showProblem } from '../../../components/problem';
import { ICodeRequest, ISavedForm } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { showCode } from './code';
import { IStart, templatesOf } from './start';

/**
 * Send a form, keep it under a name, fill it in from one that was kept, or see it as code.
 */
export function FormButtons(props: {
  action: string;
  sending: boolean;
  /** Why it cannot be sent now. */
  why: string | null;
  request: ICodeRequest;
  start: IStart;
  model: string;
  smext: ISmext;
  onFill: (form: ISavedForm) => void;
}): React.ReactElement {
  const { action, sending, why, request, start, model, smext } = props;
  const { api, trans } = smext;
  const [saved, setSaved] = React.useState(start.saved);
  const whyId = React.useId();
  const mine = saved.filter(form =>
    request.deploy
      ? form.deploy?.model === model
      : form.fine_tune?.model === model
  );
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      await showProblem(problemOf(error), trans);
    }
  };
  const save = async () => {
    const { value } = await InputDialog.getText({
      title: trans.__('Save as template'),
      label: trans.__('Its name'),
      okLabel: trans.__('Save')
    });
    const name = value?.trim();
    if (!name || !(await mayReplace(saved, name, trans))) {
      return;
    }
    await attempt(async () =>
      setSaved(
        templatesOf(await api.of(LaunchRoutes).saveForm({ name, ...request }))
      )
    );
  };
  return (
    <>
      <div className="jp-smext-launch-buttons">
        <button
          type="submit"
          className="jp-smext-btn jp-mod-accept jp-mod-large"
          aria-disabled={why !== null || sending || undefined}
          aria-describedby={why === null ? undefined : whyId}
        >
          {sending ? trans.__('Sending…') : action}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-large"
          onClick={() => void save()}
        >
          {trans.__('Save as template')}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-large"
          onClick={() => void attempt(() => showCode(api, request, trans))}
        >
          {trans.__('Show the code')}
        </button>
        {why !== null && (
          <span id={whyId} className="jp-smext-muted jp-smext-small">
            {why}
          </span>
        )}
      </div>
      {mine.length > 0 && (
        <p className="jp-smext-small jp-smext-templates">
          {trans.__('Templates:')}
          {mine.map(form => (
            <span key={form.name} className="jp-smext-template">
              <LinkButton
                label={form.name}
                title={trans.__('Fill this form in as %1', form.name)}
                onClick={() => props.onFill(form)}
              />
              <button
                type="button"
                className="jp-smext-link"
                aria-label={trans.__('Delete the template %1', form.name)}
                onClick={() =>
                  void attempt(async () =>
                    setSaved(
                      templatesOf(
                        await api.of(LaunchRoutes).deleteForm(form.name)
                      )
                    )
                  )
                }
              >
                ×
              </button>
            </span>
          ))}
        </p>
      )}
    </>
  );
}

/** Ask whether a template of that name is given up, where there is one. */
async function mayReplace(
  saved: ReadonlyArray<ISavedForm>,
  name: string,
  trans: TranslationBundle
): Promise<boolean> {
  const known = saved.find(form => form.name === name);
  if (!known) {
    return true;
  }
  const { button } = await showDialog({
    title: trans.__('Replace the template %1?', name),
    body: known.deploy
      ? trans.__('It deploys %1.', known.deploy.model)
      : trans.__('It fine-tunes %1.', known.fine_tune?.model ?? ''),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Replace') })
    ],
    defaultButton: 0
  });
  return button.accept;
}
