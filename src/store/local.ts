/** The id of the connection to the local engine. */
export const LOCAL = 'local';
