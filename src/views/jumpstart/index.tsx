import { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { FileBrowser } from '@jupyterlab/filebrowser';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { CommandIDs } from '../../commands';
import { jumpStartIcon } from '../../components/icons';
import { PolicySource } from '../../components/policy';
import { IModelId, ISmext, ISolutionId, PANEL_ID } from '../../tokens';
import { JumpStart } from './jumpstart';
import { browseFolder } from './launch/browse';
import { Launches } from './launch/launches';
import { Assets } from './launched/assets';
import { createMarkdown, Markdown } from './model/markdown';
import { ModelPage } from './model/page';
import { SolutionLaunches } from './solutions/launches';
import { SolutionView } from './solutions/page';

import '../../../style/shared.css';
import '../../../style/segment.css';
import '../../../style/dialogs.css';
import '../../../style/resource.css';
import '../../../style/jumpstart.css';
import '../../../style/catalogue.css';
import '../../../style/markdown.css';
import '../../../style/model.css';
import '../../../style/launch.css';

/** JupyterLab's, where there is a file browser. */
const OPEN_PATH = 'filebrowser:open-path';

/**
 * JumpStart in this window: its tabs, and what is launched from them.
 */
export class JumpStartTabs {
  constructor(private readonly _options: JumpStartTabs.IOptions) {
    const { app, smext, remember, rememberStacks } = _options;
    this.launches = new Launches({
      smext,
      stream: app.serviceManager.events.stream,
      openModel: model => this._open(model),
      remember
    });
    this.solutions = new SolutionLaunches({
      smext,
      stream: app.serviceManager.events.stream,
      openSolution: this._openSolution,
      openFile: this._openFile,
      remember: rememberStacks
    });
    this._markdown = createMarkdown(app);
  }

  readonly launches: Launches;
  readonly solutions: SolutionLaunches;

  /** The tab of the catalogue. */
  catalogue(): MainAreaWidget {
    const { app, smext } = this._options;
    const { trans } = smext;
    const assets = new Assets({
      api: smext.api,
      store: smext.store,
      changes: [this.launches.changed, this.solutions.changed]
    });
    const main = this._tab(
      shown => (
        <JumpStart
          smext={smext}
          shown={shown}
          assets={assets}
          launches={this.launches}
          stacks={this.solutions}
          openPanel={() => app.shell.activateById(PANEL_ID)}
          openModel={model => this._open(model)}
          openSolution={this._openSolution}
          openFile={this._openFile}
        />
      ),
      '[role=searchbox]'
    );
    main.disposed.connect(() => assets.dispose());
    main.title.label = trans.__('JumpStart');
    main.title.caption = trans.__('The models of SageMaker JumpStart');
    return main;
  }

  /** The tab of a model. */
  model(id: IModelId): MainAreaWidget {
    const { smext, browser } = this._options;
    const main = this._tab(
      () => (
        <ModelPage
          id={id}
          smext={smext}
          launches={this.launches}
          markdown={this._markdown}
          browse={browser && (() => browseFolder(browser, smext.trans))}
          openModel={model => this._open(model)}
          openFile={this._openFile}
        />
      ),
      'select'
    );
    main.title.label = id.id;
    main.title.caption = smext.trans.__('%1, version %2', id.id, id.version);
    return main;
  }

  /** The tab of a solution. */
  solution(id: ISolutionId): MainAreaWidget {
    const { smext } = this._options;
    const main: MainAreaWidget = this._tab(
      () => (
        <SolutionView
          id={id}
          smext={smext}
          launches={this.solutions}
          markdown={this._markdown}
          onTitle={title => {
            main.title.label = title;
          }}
        />
      ),
      'button, a, input'
    );
    main.title.label = id.solution;
    main.title.caption = smext.trans.__('The solution %1', id.solution);
    return main;
  }

  private _open(model: IModelId): void {
    void this._options.app.commands.execute(CommandIDs.openJumpStart, {
      ...model
    });
  }

  private readonly _openSolution = (id: ISolutionId): void => {
    void this._options.app.commands.execute(CommandIDs.openJumpStart, {
      ...id
    });
  };

  /** Open a file; the file browser has those beside it then. */
  private readonly _openFile = (path: string): void => {
    const { commands } = this._options.app;
    void (commands.hasCommand(OPEN_PATH)
      ? commands.execute(OPEN_PATH, { path, dontShowBrowser: true })
      : commands.execute('docmanager:open', { path }));
  };

  private _tab(
    draw: (shown: boolean) => React.ReactElement,
    first: string
  ): MainAreaWidget {
    const main = new MainAreaWidget({
      content: new JumpStartContent(
        shown => (
          <PolicySource.Provider value={this._options.smext.api}>
            {draw(shown)}
          </PolicySource.Provider>
        ),
        first
      )
    });
    main.toolbar.hide();
    main.title.icon = jumpStartIcon;
    main.title.closable = true;
    // What can be done depends on the connection, which the store reads.
    const holder = this._options.smext.store.acquire();
    main.disposed.connect(() => holder.dispose());
    return main;
  }

  private readonly _markdown: Markdown;
}

/**
 * A namespace for JumpStartTabs statics.
 */
export namespace JumpStartTabs {
  /**
   * The options of a window's JumpStart.
   */
  export interface IOptions {
    readonly app: JupyterFrontEnd;
    readonly smext: ISmext;
    /** Where folders are browsed; null where there is no file browser. */
    readonly browser: FileBrowser | null;
    /** Keep the ids of the launches that run in this window. */
    remember(ids: ReadonlyArray<string>): void;
    /** Keep the ids of the launches of solutions that run in this window. */
    rememberStacks(ids: ReadonlyArray<string>): void;
  }
}

class JumpStartContent extends ReactWidget {
  constructor(
    private readonly _draw: (shown: boolean) => React.ReactElement,
    private readonly _first: string
  ) {
    super();
    this.node.tabIndex = -1;
  }

  protected override render(): React.ReactElement {
    return this._draw(this.isVisible);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.update();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.update();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      (this.node.querySelector<HTMLElement>(this._first) ?? this.node).focus();
    }
  }
}
