import { MainAreaWidget, ReactWidget } from '@jupyterlab/apputils';
import * as React from 'react';

import { CopyButton } from '../../components/copy-button';
import { chipIcon } from '../../components/icons';
import { PolicySource } from '../../components/policy';
import { useChanges } from '../../hooks';
import { IPlace, ISmext } from '../../tokens';
import { Folder } from './folder';
import { ChosenObject } from './object';
import { S3Model } from './s3-model';
import { BUCKETS, s3LinkOf, stepsTo } from './uri';

import '../../../style/shared.css';
import '../../../style/dialogs.css';
import '../../../style/resource.css';

/**
 * A tab that shows S3; nothing is read before its model is told where to go.
 */
export function createS3Tab(
  place: IPlace,
  smext: ISmext
): { main: MainAreaWidget; model: S3Model } {
  const model = new S3Model(smext.api, place);
  const main = new MainAreaWidget({
    content: ReactWidget.create(
      <PolicySource.Provider value={smext.api}>
        <S3View model={model} smext={smext} />
      </PolicySource.Provider>
    )
  });
  main.addClass('jp-smext-resource');
  main.toolbar.hide();
  main.title.icon = chipIcon;
  main.title.closable = true;
  const name = () => {
    main.title.label =
      stepsTo(model.uri).pop()?.name || smext.trans.__('S3 buckets');
    main.title.caption = model.uri;
  };
  model.changed.connect(name);
  name();
  // The connections are the store's.
  const holder = smext.store.acquire();
  main.disposed.connect(() => {
    holder.dispose();
    model.dispose();
  });
  return { main, model };
}

/**
 * A folder of S3 beside the object in it that is looked at.
 */
export function S3View(props: {
  model: S3Model;
  smext: ISmext;
}): React.ReactElement {
  const { model, smext } = props;
  const { trans } = smext;
  const { connection, region } = model.place;
  useChanges(model.changed, smext.store.changed);
  const [typed, setTyped] = React.useState<string | null>(null);
  const label = smext.store.connectionOf(connection)?.label ?? connection;
  return (
    <div className="jp-smext-page jp-smext-s3">
      <h1 className="jp-smext-sr">{trans.__('S3')}</h1>
      <form
        className="jp-smext-line jp-smext-s3-address"
        onSubmit={event => {
          event.preventDefault();
          if (typed !== null) {
            setTyped(null);
            void model.open(typed.trim() || BUCKETS);
          }
        }}
      >
        <input
          className="jp-smext-input jp-smext-grow"
          aria-label={trans.__('S3 URI; Enter opens it')}
          spellCheck={false}
          value={typed ?? model.uri}
          onChange={event => setTyped(event.target.value)}
          onBlur={() => setTyped(null)}
        />
        <span className="jp-smext-muted">{`${label}, ${region}`}</span>
        <CopyButton
          text={s3LinkOf(smext.api.settings.baseUrl, model.place, model.uri)}
          label={trans.__('Copy link')}
          trans={trans}
        />
      </form>
      <div
        className="jp-smext-s3-panes"
        data-object={model.chosen !== null || undefined}
      >
        <Folder
          model={model.folder}
          smext={smext}
          chosen={model.pointed}
          onChoose={entry => {
            if (entry.folder) {
              model.point(entry.uri);
            } else {
              void model.look(entry.uri);
            }
          }}
          onOpen={entry => void model.look(entry.uri)}
        />
        {model.chosen !== null && (
          <ChosenObject model={model} uri={model.chosen} smext={smext} />
        )}
      </div>
    </div>
  );
}
