export { type IChoice, isChoice } from './choice';
export { InventoryStore } from './inventory-store';
export { LOCAL } from './local-engine';
export * from './merge';
