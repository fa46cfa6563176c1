import actions from './plugins/actions';
import core from './plugins/core';
import create from './plugins/create';
import jumpStart from './plugins/jumpstart';
import kernels from './plugins/kernels';
import launcher from './plugins/launcher';
import log from './plugins/log';
import notebookJob from './plugins/notebook-job';
import panel from './plugins/panel';
import remoteKernels from './plugins/remote-kernels';
import resource from './plugins/resource';
import running from './plugins/running';
import s3 from './plugins/s3';
import status from './plugins/status';
import switcher from './plugins/switcher';
import trainScript from './plugins/train-script';

export default [
  ...core,
  actions,
  create,
  jumpStart,
  kernels,
  launcher,
  log,
  notebookJob,
  panel,
  ...remoteKernels,
  resource,
  running,
  s3,
  status,
  switcher,
  trainScript
];
