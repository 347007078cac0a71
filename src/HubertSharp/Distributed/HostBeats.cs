using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace HubertSharp.Distributed;

/// <summary>
/// Small packets (UDP) between ranks of different machines: a machine whose network is gone may still be seen writing to a disk of both.
/// Nothing follows from packets that never came, as where a wall between the machines drops them; only from those that stop coming.
/// </summary>
internal sealed class HostBeats : IDisposable
{
    private const int TokenBytes = 8, PacketBytes = TokenBytes + sizeof(int), MostAddresses = 8;

    private readonly Socket? _socket;
    private readonly byte[] _received = new byte[PacketBytes];
    private readonly Dictionary<int, long> _heard = [];
    private byte[] _packet = [];
    private IReadOnlyList<IPEndPoint> _to = [];

    public HostBeats()
    {
        try
        {
            _socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true, Blocking = false };
            _socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        }
        catch (SocketException)
        {
            _socket?.Dispose();
            _socket = null; // a machine without it is watched by its reports alone
        }
    }

    /// <summary>Where this rank is reached, for the others: a port, and the machine's addresses.</summary>
    public string Address => _socket?.LocalEndPoint is IPEndPoint own
        ? string.Join(' ', [$"{own.Port}", .. Addresses().Take(MostAddresses)])
        : "";

    /// <summary>Begins to send.</summary>
    /// <param name="job">Tells packets of this job from all others.</param>
    /// <param name="rank">This one.</param>
    /// <param name="followers">Addresses of those who follow this one, as they said them.</param>
    public void Send(long job, int rank, IEnumerable<string> followers)
    {
        _packet = new byte[PacketBytes];
        BinaryPrimitives.WriteInt64LittleEndian(_packet, job);
        BinaryPrimitives.WriteInt32LittleEndian(_packet.AsSpan(TokenBytes), rank);
        _to = [.. followers.Select(address => address.Split(' ')).Where(parts => parts.Length > 1).SelectMany(parts =>
            parts.Skip(1).Select(address => new IPEndPoint(
                IPAddress.Parse(address).MapToIPv6(), int.Parse(parts[0], CultureInfo.InvariantCulture))))];
    }

    /// <summary>Sends a beat, and takes in those that came.</summary>
    public void Beat()
    {
        if (_socket is null || _packet.Length == 0)
            return;
        foreach (var place in _to)
            Try(() => _socket.SendTo(_packet, place));
        while (Try(() => _socket.Available) > 0)
        {
            var length = Try(() => _socket.Receive(_received));
            if (length == PacketBytes && _received.AsSpan(0, TokenBytes).SequenceEqual(_packet.AsSpan(0, TokenBytes)))
                _heard[BinaryPrimitives.ReadInt32LittleEndian(_received.AsSpan(TokenBytes))] = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>How long a rank has not been heard; null where it never was.</summary>
    public TimeSpan? SilenceOf(int rank) => _heard.TryGetValue(rank, out var last) ? Stopwatch.GetElapsedTime(last) : null;

    /// <summary>Begins anew: this process itself stood still.</summary>
    public void Forget() => _heard.Clear();

    public void Dispose() => _socket?.Dispose();

    private static IEnumerable<IPAddress> Addresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .Where(one => one.OperationalStatus == OperationalStatus.Up && one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)
                .Where(address => !address.IsIPv6LinkLocal && !IPAddress.IsLoopback(address))];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    // a network that is gone answers with an error, and so does a port that nobody listens to any more
    private static int Try(Func<int> call)
    {
        try
        {
            return call();
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
