export * from './burn';
export { type IChoice, isChoice } from './choice';
export { Demo } from './demo';
export { InventoryStore } from './inventory-store';
export { LOCAL } from './local';
export * from './merge';
export * from './remote-servers';
export * from './verbs';
