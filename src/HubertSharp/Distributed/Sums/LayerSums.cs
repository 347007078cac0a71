using static TorchSharp.torch;

namespace HubertSharp.Distributed.Sums;

/// <summary>
/// Sums the layers' gradients of one update over all ranks, in a thread of its own while the backward pass computes those of the layers
/// before. It goes from the last layer to the first in all ranks, whichever of them a rank drops, so that all make the same calls. MPI is
/// called from one thread at a time: nobody else may call it before <see cref="Finish"/>.
/// </summary>
internal sealed class LayerSums
{
    private readonly object _moved = new();
    private readonly Action<Action> _wait;
    private readonly Thread _thread;
    private int _reached;
    private Exception? _fault;

    /// <param name="gradients">Flat; it stays the caller's.</param>
    /// <param name="layers">The places of each layer's gradients, first to last.</param>
    /// <param name="sum">Sums a layer's gradients over all ranks, in place.</param>
    /// <param name="wait">Makes a call that waits for all others.</param>
    public LayerSums(
        Tensor gradients, IReadOnlyList<(long From, long Length)> layers, Action<Tensor> sum, Action<Action> wait)
    {
        (_wait, _reached) = (wait, layers.Count);
        _thread = new Thread(() =>
        {
            try
            {
                for (var layer = layers.Count - 1; layer >= 0; layer--)
                {
                    WaitFor(layer);
                    using var scope = NewDisposeScope();
                    sum(gradients.narrow(0, layers[layer].From, layers[layer].Length));
                }
            }
            catch (Exception e)
            {
                _fault = e;
            }
        })
        { IsBackground = true, Name = "sums" };
        _thread.Start();
    }

    private void WaitFor(int layer)
    {
        lock (_moved)
        {
            while (_reached > layer)
                Monitor.Wait(_moved);
        }
    }

    /// <summary>The gradients of this layer and of those behind it are complete.</summary>
    public void LayerDone(int layer)
    {
        lock (_moved)
        {
            _reached = Math.Min(_reached, layer);
            Monitor.Pulse(_moved);
        }
    }

    /// <summary>All of them are; returns when all are summed.</summary>
    public void Finish()
    {
        LayerDone(0);
        _wait(_thread.Join);
        if (_fault is not null)
            throw new InvalidOperationException("the sums of the layers failed", _fault);
    }
}
