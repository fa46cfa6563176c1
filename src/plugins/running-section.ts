import { IRunningSessions } from '@jupyterlab/running';
import { TranslationBundle } from '@jupyterlab/translation';
import { ISignal, Signal } from '@lumino/signaling';

import { powerIcon } from '../components/start-icons';
import type { IRunningContents } from '../views/around';

/**
 * A section of the Running panel, of which only the words are there until it is filled.
 */
export class RunningSection implements IRunningSessions.IManager {
  constructor(private readonly _options: RunningSection.IOptions) {
    const { trans } = _options;
    this.name = _options.name;
    this.shutdownLabel = trans.__('Shut down…');
    this.shutdownAllLabel = trans.__('Shut Down All');
    this.shutdownAllConfirmationText = () => _options.question;
  }

  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly shutdownAllConfirmationText: () => string;
  readonly shutdownItemIcon = powerIcon;
  readonly supportsMultipleViews = false;

  get runningChanged(): ISignal<this, void> {
    return this._runningChanged;
  }

  running(
    options: Parameters<IRunningSessions.IManager['running']>[0]
  ): IRunningSessions.IRunningItem[] {
    return this._contents?.running(options) ?? this._options.items ?? [];
  }

  refreshRunning(): void {
    if (this._contents) {
      this._contents.refreshRunning();
    } else {
      this._options.refresh?.();
    }
  }

  shutdownAll(): void {
    this._contents?.shutdownAll();
  }

  fill(contents: IRunningContents): void {
    this._contents = contents;
    contents.runningChanged.connect(() => this._runningChanged.emit());
    this._runningChanged.emit();
  }

  private _contents: IRunningContents | null = null;
  private readonly _runningChanged = new Signal<this, void>(this);
}

/**
 * A namespace for `RunningSection` statics.
 */
export namespace RunningSection {
  /**
   * The words of a section.
   */
  export interface IOptions {
    readonly trans: TranslationBundle;
    readonly name: string;
    /** What is asked before all is shut down. */
    readonly question: string;
    /** What it has before it is filled. */
    readonly items?: IRunningSessions.IRunningItem[];
    /** What to do when it is to be read again and is not filled. */
    refresh?(): void;
  }
}
