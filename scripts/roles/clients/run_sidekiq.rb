# Sidekiq: a worker process, delayed and bulk jobs, a retry, and its API of queues and processes.

require 'sidekiq'
require 'sidekiq/api'

Sidekiq.configure_server { |config| config.redis = { url: ENV['URL'] } }
Sidekiq.configure_client { |config| config.redis = { url: ENV['URL'] } }

class Add
  include Sidekiq::Worker
  def perform(number, key)
    Sidekiq.redis { |connection| connection.set("out:#{key}", number) }
  end
end

class Fail
  include Sidekiq::Worker
  sidekiq_options retry: 1
  def perform
    raise 'wanted'
  end
end

unless Sidekiq.server?
  worker = spawn('sidekiq', '-r', File.expand_path(__FILE__), '-c', '2', out: File::NULL, err: File::NULL)
  begin
    sleep 3
    Add.perform_async(1, 'a')
    Add.perform_in(1, 2, 'b')
    Sidekiq::Client.push_bulk('class' => 'Add', 'args' => [[3, 'c'], [4, 'd']])
    Fail.perform_async
    sleep 5
    done = Sidekiq.redis { |connection| %w[a c d].map { |key| connection.get("out:#{key}") } }
    raise "got #{done}" unless done == %w[1 3 4]
    raise 'no retry' unless Sidekiq::RetrySet.new.size == 1
    Sidekiq::RetrySet.new.clear
    Sidekiq::ScheduledSet.new.scan('Add').to_a
    Sidekiq::Stats::History.new(2).processed
    Sidekiq::ProcessSet.new.each(&:quiet!)
    Sidekiq.redis_info
    Sidekiq::Queue.new.clear
  ensure
    Process.kill('TERM', worker)
    Process.wait(worker)
  end
end
