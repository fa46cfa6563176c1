import * as React from 'react';

/**
 * A table under its heading, scrolled sideways, by keyboard too, where it is wider than its place.
 */
export function TitledTable(props: {
  title: string;
  /** What stands below the table. */
  more?: React.ReactNode;
  children: React.ReactNode;
}): React.ReactElement {
  const heading = React.useId();
  return (
    <section>
      <h2 className="jp-smext-h2" id={heading}>
        {props.title}
      </h2>
      <div
        className="jp-smext-titled-table"
        role="region"
        aria-labelledby={heading}
        tabIndex={0}
      >
        <table className="jp-smext-table" aria-labelledby={heading}>
          {props.children}
        </table>
      </div>
      {props.more}
    </section>
  );
}
