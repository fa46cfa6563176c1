import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../../commands';
import { IconButton } from '../../components/button';
import {
  jumpStartIcon,
  moreIcon,
  plusIcon,
  refreshIcon
} from '../../components/icons';
import { POLICIES, policyLabel } from '../../components/policy';
import { duration } from '../../components/time';
import { useNow } from '../../hooks';
import { IInventoryView, LOCAL } from '../../store';
import { SETTINGS_ID } from '../../tokens';
import { IPanelContext } from './context';
import { IItem, openMenu } from './menu';
import { SECTIONS } from './nodes';

/**
 * The panel's title, and what can be done with all of it.
 */
export function Head(props: {
  view: IInventoryView;
  context: IPanelContext;
  commands: CommandRegistry;
}): React.ReactElement {
  const { view, context, commands } = props;
  const { smext, store, trans, preferences } = context;
  const now = useNow();
  const why = context.whyNothing();
  const more = (event: React.MouseEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const hidden = preferences.value.hidden.map(id => ({
      label: store.kinds.get(id)?.plural ?? id,
      run: () => preferences.show(id)
    }));
    const items: (IItem | null)[] = [
      {
        label: trans.__('Shut down all…'),
        reason: why ?? (view.running.length ? null : trans.__('nothing runs')),
        run: () => smext.shutDown('all')
      },
      null,
      {
        label: trans.__('Open all sections'),
        run: () =>
          preferences.setOpen(new Set([...preferences.value.open, ...SECTIONS]))
      },
      {
        label: trans.__('Close all sections'),
        run: () => preferences.setOpen(new Set())
      },
      ...(hidden.length
        ? [{ label: trans.__('Show hidden kind'), items: hidden }]
        : []),
      null,
      ...(view.connection === LOCAL
        ? [
            {
              label: trans.__('Load the demo'),
              reason:
                why ?? (store.demo.running ? trans.__('it is made now') : null),
              run: () => void store.startDemo()
            }
          ]
        : []),
      {
        label: trans.__('Copy IAM policy'),
        items: POLICIES.map(name => ({
          label: trans.__('Of %1', policyLabel(name, trans)),
          run: () => context.copyPolicy(name)
        }))
      },
      {
        label: trans.__('Settings…'),
        run: () =>
          void commands.execute('settingeditor:open', { query: SETTINGS_ID })
      }
    ];
    openMenu(items, trans.__('More panel actions'), box.left, box.bottom);
  };
  const started = view.connection !== null;
  return (
    <div className="jp-smext-panel-head">
      <h2 className="jp-smext-grow">{trans.__('SageMaker')}</h2>
      {started && (
        <>
          <IconButton
            icon={jumpStartIcon}
            label={trans.__('JumpStart: models to deploy and to fine-tune')}
            onClick={() => void commands.execute(CommandIDs.openJumpStart)}
          />
          <IconButton
            icon={plusIcon}
            label={
              why === null
                ? trans.__('Create a resource')
                : trans.__('Create a resource: %1', why)
            }
            disabled={why !== null}
            onClick={() => smext.create()}
          />
          <IconButton
            icon={refreshIcon}
            label={
              view.readAt === null
                ? trans.__('Refresh now')
                : trans.__(
                    'Refresh now. Updated %1 ago',
                    duration(now - view.readAt, trans)
                  )
            }
            onClick={context.refresh}
          />
        </>
      )}
      <IconButton
        icon={moreIcon}
        label={trans.__('More panel actions')}
        menu
        onClick={more}
      />
    </div>
  );
}
