import * as React from 'react';

import { useChanges } from '../../hooks';
import { IS3Entry } from '../../protocol';
import { IPlace, ISmext } from '../../tokens';
import { openModal } from '../modal';
import { ModalHead } from '../modal/frame';
import { Folder } from './folder';
import { FolderModel } from './folder-model';
import { BUCKETS, isFolder, parentOf, splitUri } from './uri';

import '../../../style/shared.css';
import '../../../style/dialogs.css';

/**
 * What {@link browseS3} looks for, and where it begins.
 */
export interface IBrowseOptions extends IPlace {
  /** The URI to begin with: its folder is opened, and it is chosen there. */
  readonly start?: string;
  readonly what: 'object' | 'folder' | 'any';
}

/**
 * Have a person pick an object or a folder in S3. The answer is its URI, a folder's with a slash at
 * its end; null where none was picked.
 */
export function browseS3(
  smext: ISmext,
  options: IBrowseOptions
): Promise<string | null> {
  const { connection, region } = options;
  const model = new FolderModel(smext.api, { connection, region });
  return openModal<string | null>({
    api: smext.api,
    role: 'dialog',
    className: 'jp-smext-s3-browse',
    labelledBy: TITLE,
    dismissed: null,
    render: ({ close }) => (
      <Browse smext={smext} options={options} model={model} onClose={close} />
    )
  }).finally(() => model.dispose());
}

const TITLE = 'jp-smext-s3-browse-title';

/** The dialog of {@link browseS3}. */
export function Browse(props: {
  smext: ISmext;
  options: IBrowseOptions;
  model: FolderModel;
  onClose: (uri: string | null) => void;
}): React.ReactElement {
  const { smext, options, model, onClose } = props;
  const { trans } = smext;
  const { what } = options;
  const start = options.start && splitUri(options.start) ? options.start : '';
  const [uri, setUri] = React.useState(start);
  useChanges(model.changed);

  const begin =
    start === ''
      ? BUCKETS
      : isFolder(start)
        ? start.replace(/\/?$/, '/')
        : parentOf(start);
  React.useEffect(() => {
    void model.open(begin).then(() => {
      // The default bucket is named before it is there.
      if (model.uri === begin && model.problem?.cause === 'not_found') {
        void model.open(BUCKETS);
      }
    });
  }, []);
  // Another folder that was gone to is what is meant, until something in it is.
  const moved = React.useRef(false);
  React.useEffect(() => {
    moved.current ||= model.uri !== begin;
    if (moved.current && model.uri !== BUCKETS) {
      setUri(what === 'object' ? '' : model.uri);
    }
  }, [model.uri]);

  const choose = (entry: IS3Entry) => setUri(entry.uri);
  const fits =
    splitUri(uri) !== null &&
    (what === 'any' || (what === 'folder') === isFolder(uri));
  const go = (to: string) => {
    if (splitUri(to)) {
      void model.open(isFolder(to) ? to.replace(/\/?$/, '/') : parentOf(to));
    }
  };
  return (
    <>
      <ModalHead
        titleId={TITLE}
        title={
          what === 'object'
            ? trans.__('Choose an object in S3')
            : what === 'folder'
              ? trans.__('Choose a folder in S3')
              : trans.__('Choose an object or a folder in S3')
        }
        trans={trans}
        onClose={() => onClose(null)}
      />
      <Folder
        model={model}
        smext={smext}
        chosen={uri}
        focus
        onChoose={choose}
        onOpen={entry => {
          if (what !== 'folder') {
            onClose(entry.uri);
          }
        }}
      />
      <form
        className="jp-smext-modal-foot"
        onSubmit={event => {
          event.preventDefault();
          if (fits) {
            onClose(uri);
          } else {
            go(uri);
          }
        }}
      >
        <input
          className="jp-smext-input jp-smext-grow"
          aria-label={trans.__('S3 URI')}
          placeholder={BUCKETS}
          spellCheck={false}
          value={uri}
          onChange={event => setUri(event.target.value)}
        />
        <button
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={() => onClose(null)}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="submit"
          className="jp-smext-btn jp-mod-accept jp-mod-large"
          aria-disabled={!fits || undefined}
        >
          {trans.__('Choose')}
        </button>
      </form>
    </>
  );
}
