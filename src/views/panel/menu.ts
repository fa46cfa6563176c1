import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

/**
 * One line of a menu that is made when it is opened. `reason` says why it cannot be chosen now;
 * `key` is the key that does the same in the tree.
 */
export interface IItem {
  readonly label: string;
  readonly run?: () => void;
  readonly reason?: string | null;
  readonly key?: string;
  readonly checked?: boolean;
  readonly items?: ReadonlyArray<IItem | null>;
}

/**
 * Shows the key, or the reason why not, at the right end of a line.
 */
class Renderer extends MenuSvg.Renderer {
  override formatShortcut(
    data: Menu.IRenderData
  ): ReturnType<Menu.Renderer['formatShortcut']> {
    return data.item.type === 'command' ? data.item.caption : null;
  }

  override createItemARIA(
    data: Menu.IRenderData
  ): ReturnType<Menu.Renderer['createItemARIA']> {
    const aria = super.createItemARIA(data);
    const { item } = data;
    return item.isEnabled || !item.caption
      ? aria
      : { ...aria, 'aria-label': `${item.label}, ${item.caption}` };
  }
}

/**
 * Open a menu; null between items is a line. It is gone when it is closed.
 */
export function openMenu(
  items: ReadonlyArray<IItem | null>,
  label: string,
  x: number,
  y: number
): Menu {
  const commands = new CommandRegistry();
  const menu = build(items, commands, label);
  const opener = document.activeElement;
  const close = () => {
    menu.aboutToClose.disconnect(close);
    if (opener instanceof HTMLElement && opener.isConnected) {
      // Before the chosen line runs: a dialog it opens gives the focus back to here.
      opener.focus({ preventScroll: true });
    }
    setTimeout(() => menu.dispose());
  };
  menu.aboutToClose.connect(close);
  menu.open(x, y);
  return menu;
}

function build(
  items: ReadonlyArray<IItem | null>,
  commands: CommandRegistry,
  label: string
): Menu {
  const menu = new MenuSvg({ commands, renderer: new Renderer() });
  menu.addClass('jp-smext-menu');
  menu.title.label = label;
  menu.node.setAttribute('aria-label', label);
  for (const item of items) {
    if (!item) {
      menu.addItem({ type: 'separator' });
    } else if (item.items) {
      menu.addItem({
        type: 'submenu',
        submenu: build(item.items, commands, item.label)
      });
    } else {
      const command = `item:${commands.listCommands().length}`;
      commands.addCommand(command, {
        label: item.label,
        caption: item.reason ?? item.key ?? '',
        isEnabled: () => !item.reason,
        isToggled: () => item.checked ?? false,
        isToggleable: item.checked !== undefined,
        execute: () => item.run?.(),
        describedBy: { args: { type: 'object', properties: {} } }
      });
      menu.addItem({ command });
    }
  }
  return menu;
}
