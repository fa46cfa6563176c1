import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Group, IKind, IPolicy } from '../../protocol';
import { InventoryStore, IRowRef } from '../../store';
import { IInstanceKernels, ISmext } from '../../tokens';
import { Preferences } from './preferences';

/**
 * What every part of the panel can do.
 */
export interface IPanelContext {
  readonly smext: ISmext;
  readonly store: InventoryStore;
  readonly preferences: Preferences;
  readonly trans: TranslationBundle;
  /** The kernels of instances; null where that plugin is off. */
  readonly kernels: IInstanceKernels | null;
  copyPolicy(name: IPolicy['name']): void;
  refresh(): void;
  clearFilter(): void;
  pickRegions(): void;
  openKindMenu(kind: IKind, x: number, y: number): void;
  openRowMenu(ref: IRowRef, stale: boolean, x: number, y: number): void;
  /** Why nothing can be changed in a region now, or in any when none is named; null when it can. */
  whyNothing(region?: string): string | null;
}

/** Provided by the panel, so that rows need not hand it down. */
export const PanelContext = React.createContext<IPanelContext | null>(null);

export function usePanel(): IPanelContext {
  const context = React.useContext(PanelContext);
  if (!context) {
    throw new Error('Outside of the panel');
  }
  return context;
}

/**
 * The name of a section.
 */
export function groupLabel(
  group: Group | 'running',
  trans: TranslationBundle
): string {
  switch (group) {
    case 'running':
      return trans.__('Running');
    case 'prepare':
      return trans.__('Prepare');
    case 'build':
      return trans.__('Build');
    case 'train':
      return trans.__('Train');
    case 'deploy':
      return trans.__('Deploy');
    case 'govern':
      return trans.__('Govern');
  }
}
