import {
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';

import { chipIcon } from '../components/start-icons';
import {
  IInstanceKernels,
  ISmextLoader,
  PANEL_ID,
  SETTINGS_ID
} from '../tokens';

/**
 * The side panel. It is an empty box until it is first shown: then its contents are loaded.
 */
class SmextPanel extends Widget {
  constructor(private readonly _fill: () => Promise<Widget>) {
    super();
    this.addClass('jp-smext-side');
    this.layout = new PanelLayout();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._load();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this._load();
    }
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const [content] = (this.layout as PanelLayout).widgets;
    if (content) {
      content.activate();
    }
  }

  private _load(): void {
    if (this._loading) {
      return;
    }
    this._loading = true;
    this._fill().then(
      widget => {
        if (!this.isDisposed) {
          (this.layout as PanelLayout).addWidget(widget);
        }
      },
      (reason: unknown) => {
        // Shown again, it tries again: the chunk may have been cut off in the network.
        this._loading = false;
        console.error('The SageMaker panel could not be loaded', reason);
      }
    );
  }

  private _loading = false;
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:panel',
  description: 'The SageMaker panel in the left area.',
  autoStart: true,
  requires: [ISmextLoader],
  optional: [ILayoutRestorer, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    restorer: ILayoutRestorer | null,
    settingRegistry: ISettingRegistry | null
  ): void => {
    const { trans } = loader;
    const panel = new SmextPanel(async () => {
      const [{ createPanel }, smext, kernels, settings] = await Promise.all([
        import('../views/panel'),
        loader.load(),
        app.resolveOptionalService(IInstanceKernels),
        settingRegistry?.load(SETTINGS_ID) ?? null
      ]);
      return createPanel(smext, settings, app.commands, kernels);
    });
    panel.id = PANEL_ID;
    panel.title.icon = chipIcon;
    panel.title.caption = trans.__('SageMaker');
    panel.node.setAttribute('role', 'region');
    panel.node.setAttribute('aria-label', trans.__('SageMaker'));
    restorer?.add(panel, PANEL_ID);
    app.shell.add(panel, 'left', { rank: 600, type: 'SageMaker' });

    const wanted = new URLSearchParams(window.location.search).get(
      'smext-panel'
    );
    if (wanted !== null) {
      void app.restored.then(async () => {
        const { store } = await loader.load();
        if (wanted && wanted !== store.connection) {
          // Its own region is not known before; the panel says what went wrong here.
          await store.refreshConnections().catch(console.warn);
          store.setConnection(wanted);
        }
        app.shell.activateById(PANEL_ID);
      });
    }
  }
};

export default plugin;
