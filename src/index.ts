import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

/**
 * Says that the extension is there; the panel's plugins take its place.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:plugin',
  description: 'SageMaker resources in JupyterLab.',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    console.debug(`jupyter_smext in ${app.name}`);
  }
};

export default plugin;
