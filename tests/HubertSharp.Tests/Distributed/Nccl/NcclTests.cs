using HubertSharp.Distributed.Nccl;
using HubertSharp.Runs;
using HubertSharp.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Distributed.Nccl;

/// <summary>Calls, states and faults of NCCL under a library of the tests; what it moves is that of GradientSumsTests.</summary>
public class NcclTests
{
    [Fact]
    public void A_library_that_is_missing_or_another_one_is_told_with_what_it_lacks()
    {
        Assert.Null(NcclCalls.TryLoad("libno-such-nccl.so", out var missing));
        Assert.Equal("no libno-such-nccl.so", missing);
        Assert.Null(NcclCalls.TryLoad("libm.so.6", out missing));
        Assert.Equal("no ncclGetVersion in libm.so.6", missing);
    }

    /// <summary>What is looked for before anything is called is all that is called.</summary>
    [Fact]
    public void Every_function_that_is_called_is_looked_for()
    {
        var asked = new List<string>();
        NcclCalls.Of(name =>
        {
            asked.Add(name);
            return 1;
        }, 1);
        Assert.Equal(NcclCalls.Names.Order(), asked.Order());
    }

    [Theory]
    [InlineData(22005, "NCCL 2.20.5")]
    [InlineData(21003, "NCCL 2.10.3")]
    [InlineData(2708, "NCCL 2.7.8")]
    public void A_version_is_read_as_people_write_it(int version, string expected) => Assert.Equal(expected, NcclOffer.Text(version));

    [Fact]
    public void Work_that_takes_its_time_is_waited_for()
    {
        var looks = NcclRanks.Run(1, (_, communicator) =>
        {
            var looks = 0;
            FakeNccl.Here.Looked = () => looks++;
            FakeNccl.Here.Unready = 5;
            FakeNccl.Here.AsyncError = NcclCommunicator.InProgress;
            Reduce(communicator);
            communicator.Leave();
            communicator.Abort(); // nothing is left to abort
            Assert.Equal((1, 0), FakeNccl.EndOf(communicator.Handle));
            Assert.Contains("this rank has left the others", Assert.Throws<UserException>(() => Reduce(communicator)).Message);
            return looks;
        });
        Assert.Equal([6], looks);
    }

    [Fact]
    public void What_fails_on_the_way_names_call_and_rank_and_aborts()
    {
        NcclRanks.Run(1, (_, communicator) =>
        {
            FakeNccl.Here.Unready = int.MaxValue; // it would never end
            FakeNccl.Here.AsyncError = 6;
            var fault = Assert.Throws<UserException>(() => Reduce(communicator));
            Assert.StartsWith(
                "ncclAllReduce failed in rank 0 on node0 (found remote process exited)", fault.Message, StringComparison.Ordinal);
            Assert.Equal((0, 1), FakeNccl.EndOf(communicator.Handle));
            Assert.Contains("another rank was lost", Assert.Throws<UserException>(() => Reduce(communicator)).Message);
            communicator.Leave();
            Assert.Equal((0, 1), FakeNccl.EndOf(communicator.Handle));
            return 0;
        });
    }

    [Fact]
    public void A_call_that_is_refused_ends_its_group_and_aborts()
    {
        NcclRanks.Run(1, (_, communicator) =>
        {
            FakeNccl.Here.Refusal = 4;
            using var scope = NewDisposeScope();
            var mover = new NcclMover(communicator, DeviceType.CPU);
            var fault = Assert.Throws<UserException>(() => mover.AllGather(zeros(4), [4], [0]));
            Assert.Contains("ncclBroadcast failed in rank 0 on node0 (found error 4)", fault.Message);
            Assert.Equal((1, 1), (FakeNccl.Here.GroupsBegun, FakeNccl.Here.GroupsEnded));
            Assert.Equal((0, 1), FakeNccl.EndOf(communicator.Handle));
            return 0;
        });
        NcclRanks.Run(1, (_, communicator) =>
        {
            FakeNccl.Here.StreamStatus = 700;
            Assert.Contains("CUDA error 700", Assert.Throws<UserException>(() => Reduce(communicator)).Message);
            Assert.Equal((0, 1), FakeNccl.EndOf(communicator.Handle));
            return 0;
        });
    }

    /// <summary>A kernel that waits for a rank that has died waits for ever.</summary>
    [Fact]
    public void Whoever_looks_after_the_ranks_ends_a_call_that_nobody_comes_back_from()
    {
        NcclRanks.Run(1, (_, communicator) =>
        {
            FakeNccl.Here.Unready = int.MaxValue;
            using var waits = new ManualResetEventSlim();
            FakeNccl.Here.Looked = waits.Set;
            var watch = new Thread(() =>
            {
                waits.Wait(Patience.Long);
                communicator.Abort();
            });
            watch.Start();
            Assert.Contains("another rank was lost", Assert.Throws<UserException>(() => Reduce(communicator)).Message);
            watch.Join();
            Assert.Equal((0, 1), FakeNccl.EndOf(communicator.Handle));
            return 0;
        });
    }

    [Fact]
    public void All_ranks_use_it_or_none_does()
    {
        var said = new List<string>();
        Assert.All(Meet([22005, 22005], [null, null], said), one => Assert.Equal("joined", one));
        Assert.Equal(["gradients travel by NCCL 2.20.5"], said);

        said.Clear();
        Assert.All(Meet([22005, 0], [null, null], said), one => Assert.Equal("none", one));
        Assert.StartsWith("gradients travel through host memory, for NCCL cannot be used: rank 1 on ", Assert.Single(said),
            StringComparison.Ordinal);
        Assert.Contains("has no libnccl.so.2; HUBERTSHARP_NCCL names a library", said[0]);

        said.Clear();
        Assert.All(Meet([22005, 21903], [null, null], said), one => Assert.Equal("none", one));
        Assert.Contains("has NCCL 2.19.3, and rank 0 has NCCL 2.20.5", Assert.Single(said));

        said.Clear();
        Assert.All(Meet([2708, 2708], [null, null], said), one => Assert.Equal("none", one));
        Assert.Contains("rank 0 on ", Assert.Single(said));
        Assert.Contains("has NCCL 2.7.8, too old", said[0]);
    }

    [Fact]
    public void Who_asked_for_it_gets_no_other()
    {
        var said = new List<string>();
        var faults = Meet([22005, 0], ["/opt/libnccl.so", null], said);
        Assert.All(faults, fault => Assert.StartsWith($"rank 1 on {Environment.MachineName}: NCCL cannot be used", fault,
            StringComparison.Ordinal));
        Assert.Empty(said);
    }

    // two ranks; a version of 0 has no library
    private static string[] Meet(int[] versions, string?[] named, List<string> said)
    {
        using var pair = new ToyReplicas.Pair();
        var found = new string[2];
        Thread[] ranks = [.. Enumerable.Range(0, 2).Select(rank => new Thread(() =>
        {
            FakeNccl.Here.Version = versions[rank];
            var calls = versions[rank] == 0 ? null : FakeNccl.Calls;
            try
            {
                var communicator = NcclMeeting.Join(
                    new ToyReplicas(rank, pair), calls, calls is null ? "no libnccl.so.2" : null, named[rank], join => join(), said.Add);
                found[rank] = communicator is null ? "none" : "joined";
            }
            catch (Exception e)
            {
                found[rank] = e.Message;
            }
        }))];
        Array.ForEach(ranks, rank => rank.Start());
        Array.ForEach(ranks, rank => rank.Join());
        return found;
    }

    private static void Reduce(NcclCommunicator communicator)
    {
        using var scope = NewDisposeScope();
        new NcclMover(communicator, DeviceType.CPU).AllReduce(ones(3));
    }
}
