import core from './plugins/core';
import panel from './plugins/panel';

export default [core, panel];
