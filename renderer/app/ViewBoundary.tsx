import { Component, Suspense, type ReactNode } from 'react';
import { reportAnyError } from '../../kernel/rpc/peer.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';

interface ViewBoundaryProps {
  readonly name: string;
  readonly children: ReactNode;
}

/** Keeps a fault of one view or editor to itself, and waits for parts that load on demand. */
export class ViewBoundary extends Component<ViewBoundaryProps, { readonly failure: unknown }> {
  override readonly state: { readonly failure: unknown } = { failure: undefined };

  static getDerivedStateFromError(failure: unknown): { readonly failure: unknown } {
    return { failure: failure ?? 'nothing' };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return <Suspense fallback={<div aria-busy="true" />}>{this.props.children}</Suspense>;
    const report = reportAnyError(failure);
    return (
      <EmptyState icon="error" title={`${this.props.name} cannot be shown`} hint={`[${report.code}] ${report.message}`}>
        <Button onPress={() => this.setState({ failure: undefined })}>Try Again</Button>
      </EmptyState>
    );
  }
}
