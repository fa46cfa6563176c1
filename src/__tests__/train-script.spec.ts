import { JupyterFrontEnd } from '@jupyterlab/application';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../commands';
import plugin from '../plugins/train-script';
import { ISmext } from '../tokens';
import { loaderOf } from './loading';

it('opens the form of a training job for the script that is named or selected', async () => {
  const commands = new CommandRegistry();
  const create = jest.fn();
  commands.addCommand(CommandIDs.create, {
    describedBy: {},
    execute: create
  });
  let selected: { path: string }[] = [];
  await plugin.activate(
    {
      commands,
      serviceManager: {
        contents: { localPath: (path: string) => path.replace('drive:', '') }
      }
    } as unknown as JupyterFrontEnd,
    loaderOf({
      trans: nullTranslator.load('jupyter_smext')
    } as unknown as ISmext),
    {
      tracker: { currentWidget: { selectedItems: () => selected.values() } }
    } as unknown as IFileBrowserFactory
  );
  const id = CommandIDs.trainWithScript;
  expect(commands.isEnabled(id)).toBe(false);
  expect(commands.isEnabled(id, { isMenu: true })).toBe(false);
  selected = [{ path: 'drive:a/train.py' }];
  expect(commands.isEnabled(id, { isMenu: true })).toBe(true);
  await commands.execute(id, { isMenu: true });
  await commands.execute(id, { path: 'named.py' });
  const asked = (script: string) => [
    { layout: 'training-job', changes: { source: 'script', script } }
  ];
  expect(create.mock.calls).toEqual([asked('a/train.py'), asked('named.py')]);
  selected = [{ path: 'a.py' }, { path: 'b.py' }];
  expect(commands.isEnabled(id, { isMenu: true })).toBe(false);
  selected = [{ path: 'notes.txt' }];
  expect(commands.isEnabled(id, { isMenu: true })).toBe(false);
});
