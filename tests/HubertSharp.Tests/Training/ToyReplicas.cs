using HubertSharp.Distributed;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Training;

/// <summary>Two processes played by two threads.</summary>
internal sealed class ToyReplicas(int rank, ToyReplicas.Pair pair) : Replicas(rank, count: 2)
{
    /// <summary>How far the first one lags behind where it has to write what both have made.</summary>
    public TimeSpan Lag { get; init; }

    public override void Sum(Tensor tensor)
    {
        var both = pair.Exchange(Rank, tensor);
        if (Rank == 0)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            both[0].add_(both[1]);
            both[1].copy_(both[0]);
        }
        pair.Exchange(Rank, tensor); // nobody goes on before it is done
    }

    public override byte[][] Gather(byte[] mine) => pair.Exchange(Rank, mine);

    public override float[][] ToFirst(float[] mine)
    {
        var both = pair.Exchange(Rank, mine);
        if (!Writes)
            return [];
        Thread.Sleep(Lag);
        return both;
    }

    /// <summary>Two are one pair.</summary>
    public override void SumPaired(Tensor tensor) => Sum(tensor);

    /// <summary>Where the two meet.</summary>
    internal sealed class Pair : IDisposable
    {
        private readonly Barrier _both = new(2);
        private readonly object[] _brought = new object[2];

        public T[] Exchange<T>(int rank, T brought)
            where T : notnull
        {
            _brought[rank] = brought;
            Meet();
            T[] both = [(T)_brought[0], (T)_brought[1]];
            Meet();
            return both;
        }

        public void Dispose() => _both.Dispose();

        private void Meet()
        {
            if (!_both.SignalAndWait(Patience.Long))
                throw new TimeoutException("the other process has gone");
        }
    }
}
