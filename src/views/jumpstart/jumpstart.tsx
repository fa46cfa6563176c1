import * as React from 'react';

import { Tabs } from '../../components/tabs';
import { useStore } from '../../hooks';
import { IModelId, ISmext, ISolutionId } from '../../tokens';
import { RegionField } from '../modal/frame';
import { Catalogue } from './catalogue/catalogue';
import { Launches } from './launch/launches';
import { Assets } from './launched/assets';
import { AssetCount, Launched } from './launched/launched';
import { Notebooks, useNotebooks } from './notebooks/notebooks';
import { Search, SearchedTab } from './search';
import { Elsewhere, TabCount } from './search-counts';
import { SolutionLaunches } from './solutions/launches';
import { Solutions, useSolutions } from './solutions/solutions';

/**
 * What JumpStart offers through the chosen connection.
 */
export function JumpStart(props: {
  smext: ISmext;
  /** Whether it can be seen: else nothing is read. */
  shown: boolean;
  assets: Assets;
  launches: Launches;
  stacks: SolutionLaunches;
  openPanel: () => void;
  openModel: (model: IModelId) => void;
  openSolution: (id: ISolutionId) => void;
  openFile: (path: string) => void;
}): React.ReactElement {
  const { smext, shown, assets, launches, stacks } = props;
  const { openPanel, openModel, openSolution, openFile } = props;
  const { store, trans } = smext;
  const { connection } = useStore(store);
  const [chosen, setRegion] = React.useState<string | null>(null);
  const [tab, setTab] = React.useState('models');
  const [search] = React.useState(() => new Search());
  const region =
    chosen !== null && store.regions.includes(chosen)
      ? chosen
      : store.regions[0];
  const solutions = useSolutions(
    smext,
    search,
    connection,
    region,
    tab === 'solutions'
  );
  const notebooks = useNotebooks(
    smext,
    search,
    connection,
    region,
    tab === 'notebooks'
  );
  React.useEffect(
    () => assets.look(connection, region ?? null, shown),
    [assets, connection, region, shown]
  );
  const place = `${connection} ${region}`;
  const count = (tab: SearchedTab) => (
    <TabCount search={search} tab={tab} trans={trans} />
  );
  const elsewhere = (but: SearchedTab) => (
    <Elsewhere search={search} but={but} trans={trans} onShow={setTab} />
  );
  const regionField = (tab: string) => (
    <RegionField
      id={`jp-smext-jumpstart-${tab}-region`}
      className="jp-smext-line"
      regions={store.regions}
      value={region}
      trans={trans}
      onChange={setRegion}
    />
  );
  return (
    <div className="jp-smext-page jp-smext-jumpstart">
      <h1 className="jp-smext-sr">{trans.__('JumpStart')}</h1>
      {connection === null || !region ? (
        <div className="jp-smext-page-alone">
          <p>
            {trans.__(
              'Models are read and deployed through a connection: an AWS profile, or the local engine on this machine.'
            )}
          </p>
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            onClick={openPanel}
          >
            {trans.__('Choose a connection')}
          </button>
        </div>
      ) : (
        <Tabs
          label={trans.__('JumpStart')}
          current={tab}
          onChoose={setTab}
          tabs={[
            {
              id: 'models',
              label: trans.__('Models'),
              count: count('models'),
              content: (
                <Catalogue
                  key={place}
                  smext={smext}
                  search={search}
                  elsewhere={elsewhere('models')}
                  connection={connection}
                  region={region}
                  regionField={regionField('models')}
                  onOpen={({ model }) =>
                    openModel({
                      connection,
                      region,
                      hub: model.hub,
                      id: model.id,
                      version: model.version
                    })
                  }
                />
              )
            },
            {
              id: 'solutions',
              label: trans.__('Solutions'),
              count: count('solutions'),
              content: (
                <Solutions
                  key={place}
                  smext={smext}
                  solutions={solutions}
                  search={search}
                  elsewhere={elsewhere('solutions')}
                  regionField={regionField('solutions')}
                  onOpen={openSolution}
                />
              )
            },
            {
              id: 'notebooks',
              label: trans.__('Notebooks'),
              count: count('notebooks'),
              content: (
                <Notebooks
                  key={place}
                  smext={smext}
                  notebooks={notebooks}
                  search={search}
                  elsewhere={elsewhere('notebooks')}
                  connection={connection}
                  region={region}
                  regionField={regionField('notebooks')}
                  openFile={openFile}
                />
              )
            },
            {
              id: 'launched',
              label: trans.__('Launched assets'),
              count: <AssetCount smext={smext} assets={assets} />,
              content: (
                <Launched
                  key={place}
                  smext={smext}
                  assets={assets}
                  launches={launches}
                  solutions={stacks}
                  connection={connection}
                  region={region}
                  regionField={regionField('launched')}
                  openModel={openModel}
                  openFile={openFile}
                />
              )
            }
          ]}
        />
      )}
    </div>
  );
}
