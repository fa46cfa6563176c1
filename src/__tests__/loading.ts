import { SmextLoader } from '../plugins/core';
import { ISmext } from '../tokens';

/** The loader of what a test made, which is there before anything is loaded. */
export function loaderOf(smext: ISmext): SmextLoader {
  return new SmextLoader(smext.trans, () => Promise.resolve(smext));
}
