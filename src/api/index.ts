/**
 * The way to the extension's routes on the Jupyter server; the routes of a subject are in its own file.
 */
export { Api, ApiError, problemOf } from './transport';
