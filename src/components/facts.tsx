import * as React from 'react';

/**
 * What is known, each under its name; what has no value is left out.
 */
export function Facts(props: {
  facts: ReadonlyArray<readonly [string, React.ReactNode]>;
  className?: string;
}): React.ReactElement {
  return (
    <dl className={props.className ?? 'jp-smext-facts-grid'}>
      {props.facts
        .filter(([, value]) => value)
        .map(([label, value]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}

/**
 * Names as they are written in code, parted by commas; null without any.
 */
export function codesOf(names: ReadonlyArray<string>): React.ReactNode {
  return names.length
    ? names.map((name, index) => (
        <React.Fragment key={name}>
          {index > 0 && ', '}
          <code>{name}</code>
        </React.Fragment>
      ))
    : null;
}
